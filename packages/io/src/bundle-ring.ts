import { BUNDLE_MAX_OCTETS, viewOf } from "@flor/wire";

/** So many bundles are sent together: one call to the kernel, and one wake-up of the process that they are for. */
const BUNDLES_SENT_TOGETHER = 4;

/** Memory for the bundles of one direction, used in turn: one is open, and those before it wait to be sent. */
export class BundleRing {
  readonly #buffers: readonly { readonly octets: Uint8Array; readonly view: DataView }[] = Array.from(
    { length: BUNDLES_SENT_TOGETHER },
    () => {
      const octets = new Uint8Array(BUNDLE_MAX_OCTETS);
      return { octets, view: viewOf(octets) };
    },
  );
  #open: { readonly octets: Uint8Array; readonly view: DataView };
  #index = 0;
  #waiting = 0;

  constructor() {
    const [first] = this.#buffers;
    if (first === undefined) throw new Error("a ring without buffers");
    this.#open = first;
  }

  /** The open bundle. */
  get octets(): Uint8Array {
    return this.#open.octets;
  }

  /** Over {@link octets}. */
  get view(): DataView {
    return this.#open.view;
  }

  /** Bundles that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether those that wait must be sent, and `release` called, before anything is written. */
  get isFull(): boolean {
    return this.#waiting === BUNDLES_SENT_TOGETHER;
  }

  /** Every view, for what stands at the head of each bundle. */
  views(): readonly DataView[] {
    return this.#buffers.map(({ view }) => view);
  }

  /** Lets the open bundle wait, and opens the next. */
  advance(): void {
    this.#waiting += 1;
    this.#index = (this.#index + 1) % BUNDLES_SENT_TOGETHER;
    this.#open = this.#buffers[this.#index] ?? this.#open;
  }

  /** Those that waited are sent. */
  release(): void {
    this.#waiting = 0;
  }
}
