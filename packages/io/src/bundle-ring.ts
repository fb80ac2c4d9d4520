import { BUNDLE_MAX_OCTETS, viewOf } from "@flor/wire";

/** Bundles sent together: one system call, and one wake-up of the process that receives them. */
const BUNDLES_SENT_TOGETHER = 4;

/** Memory of one bundle. */
interface BundleBuffer {
  readonly octets: Uint8Array;
  readonly view: DataView;
}

/** Memory for the bundles of one direction, used in turn: one is open, and the full ones before it wait to be sent. */
export class BundleRing {
  #open: BundleBuffer = createBuffer();
  /** The next to open first. */
  readonly #others: BundleBuffer[] = Array.from({ length: BUNDLES_SENT_TOGETHER - 1 }, createBuffer);
  #waiting = 0;

  /** The open bundle. */
  get octets(): Uint8Array {
    return this.#open.octets;
  }

  /** A view of {@link octets}. */
  get view(): DataView {
    return this.#open.view;
  }

  /** Bundles that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Whether the waiting bundles must be sent, and `release` called, before anything is written. */
  get isFull(): boolean {
    return this.#waiting === BUNDLES_SENT_TOGETHER;
  }

  /** Every view, to write the head of each bundle. */
  views(): readonly DataView[] {
    return [this.#open, ...this.#others].map(({ view }) => view);
  }

  /** Queues the open bundle, and opens the next. */
  advance(): void {
    this.#waiting += 1;
    this.#others.push(this.#open);
    this.#open = this.#others.shift() ?? this.#open;
  }

  /** The waiting bundles were sent. */
  release(): void {
    this.#waiting = 0;
  }
}

function createBuffer(): BundleBuffer {
  const octets = new Uint8Array(BUNDLE_MAX_OCTETS);
  return { octets, view: viewOf(octets) };
}
