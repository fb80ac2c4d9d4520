import { BUNDLE_MAX_OCTETS, SESSION_TOKEN_OCTETS, type Token, writeToken } from "@flor/wire";
import { BundleRing } from "./bundle-ring.ts";
import type { CreditWindow } from "./credit.ts";
import type { TransmitQueue } from "./transmit.ts";

/**
 * The open bundle of one direction: frames are written where they will be sent from, and one datagram carries as many
 * as fit. A full one waits for others until `flush`.
 *
 *   | session token | frame | frame | room … |
 *                                   ^ reserve
 */
export class Bundle {
  /** A bundle is full when the next frame would make it longer than this, session token included. */
  limit: number = BUNDLE_MAX_OCTETS;
  /** The longest datagram the other end takes, session token included: a frame may exceed `limit`, but not this. */
  datagramMax: number = BUNDLE_MAX_OCTETS;
  #length = SESSION_TOKEN_OCTETS;
  readonly #ring = new BundleRing();
  readonly #credit: CreditWindow;
  readonly #queue: TransmitQueue;

  constructor(credit: CreditWindow, queue: TransmitQueue) {
    this.#credit = credit;
    this.#queue = queue;
  }

  /** Where the open bundle is written; another array after each `reserve`. */
  get octets(): Uint8Array {
    return this.#ring.octets;
  }

  /** A view of {@link octets}. */
  get view(): DataView {
    return this.#ring.view;
  }

  /** The token that opens each datagram. */
  setToken(token: Token): void {
    for (const view of this.#ring.views()) writeToken(view, 0, token);
  }

  /** Whether a frame of `octets` can fit into a datagram. */
  fits(octets: number): boolean {
    return SESSION_TOKEN_OCTETS + octets <= this.datagramMax;
  }

  /** Offset for a frame of at most `octets` that `fits`, or -1 without credit. */
  reserve(octets: number): number {
    if (this.#length + octets > this.limit) this.#close();
    if (this.#credit.allows(this.#length + octets)) return this.#length;
    this.flush();
    return this.#credit.allows(this.#length + octets) ? this.#length : -1;
  }

  /** The frame at the reserved offset is `octets` long. */
  commit(octets: number): void {
    this.#length += octets;
  }

  /** Sends what is written. */
  flush(): void {
    this.#close();
    if (this.#ring.waiting > 0) this.#sendWaiting();
  }

  /**
   * Sends frames from where they are; what was written before goes first.
   *
   * @param offset at least 8 octets of headroom lie before it, for the token
   * @returns false without credit for all of them; they must be no longer than `limit` with the token
   */
  sendInPlace(octets: Uint8Array, view: DataView, offset: number, end: number): boolean {
    this.#close();
    const start = offset - SESSION_TOKEN_OCTETS;
    const isAllowed = this.#credit.allows(end - start);
    if (isAllowed) {
      view.setUint32(start, this.view.getUint32(0));
      view.setUint32(start + 4, this.view.getUint32(4));
      this.#credit.spend(end - start);
      this.#queue.queue(octets, start, end - start);
    }
    this.#sendWaiting();
    return isAllowed;
  }

  /** Queues the open bundle, and opens the next. */
  #close(): void {
    const length = this.#length;
    if (length === SESSION_TOKEN_OCTETS) return;
    this.#length = SESSION_TOKEN_OCTETS;
    this.#credit.spend(length);
    this.#queue.queue(this.octets, 0, length);
    this.#ring.advance();
    if (this.#ring.isFull) this.#sendWaiting();
  }

  #sendWaiting(): void {
    this.#queue.flush();
    this.#ring.release();
  }
}
