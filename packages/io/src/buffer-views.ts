import { viewOf } from "@flor/wire";

/** A socket receives into a few buffers in turn. */
const VIEWS = 8;

/** Caches one `DataView` per recently used buffer, by identity, so that none is made per datagram. */
export class BufferViews {
  #octets: (Uint8Array | undefined)[] = Array<undefined>(VIEWS).fill(undefined);
  #views: (DataView | undefined)[] = Array<undefined>(VIEWS).fill(undefined);
  #next = 0;

  /** A view that covers `octets`. */
  of(octets: Uint8Array): DataView {
    const known = this.#views[this.#octets.indexOf(octets)];
    if (known !== undefined) return known;
    const view = viewOf(octets);
    this.#octets[this.#next] = octets;
    this.#views[this.#next] = view;
    this.#next = (this.#next + 1) % VIEWS;
    return view;
  }
}
