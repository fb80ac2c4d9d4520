import { BUNDLE_MAX_OCTETS, SESSION_TOKEN_OCTETS, type Token, viewOf, writeToken } from "@flor/wire";
import type { CreditWindow } from "./credit.ts";

/** Sends `octets[offset, offset + length)`, borrowed: sent or copied before it returns. */
export type Transmit = (octets: Uint8Array, offset: number, length: number) => void;

/**
 * The open bundle of one direction: frames are written where they will be sent from, and one datagram carries as many
 * as fit.
 *
 *   | session token | frame | frame | room … |
 *                                   ^ reserve
 */
export class Bundle {
  readonly octets: Uint8Array = new Uint8Array(BUNDLE_MAX_OCTETS);
  readonly view: DataView = viewOf(this.octets);
  /** A bundle is sent when the next frame would make it longer than this, session token included. */
  limit: number = BUNDLE_MAX_OCTETS;
  /** The longest datagram the other end takes, session token included: a frame may exceed `limit`, but not this. */
  datagramMax: number = BUNDLE_MAX_OCTETS;
  #length = SESSION_TOKEN_OCTETS;
  readonly #credit: CreditWindow;
  readonly #transmit: Transmit;

  constructor(credit: CreditWindow, transmit: Transmit) {
    this.#credit = credit;
    this.#transmit = transmit;
  }

  /** The token that opens each datagram. */
  setToken(token: Token): void {
    writeToken(this.view, 0, token);
  }

  /** Whether a frame of `octets` fits a datagram at all. */
  fits(octets: number): boolean {
    return SESSION_TOKEN_OCTETS + octets <= this.datagramMax;
  }

  /** Offset for a frame of at most `octets` that `fits`, or -1 without credit. */
  reserve(octets: number): number {
    if (this.#length + octets > this.limit) this.flush();
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
    const length = this.#length;
    if (length === SESSION_TOKEN_OCTETS) return;
    this.#length = SESSION_TOKEN_OCTETS;
    this.#credit.spend(length);
    this.#transmit(this.octets, 0, length);
  }

  /**
   * Sends frames from where they are; what was written before goes first.
   *
   * @param offset at least 8 octets of headroom lie before it, for the token
   * @returns false without credit for all of them; they must be no longer than `limit` with the token
   */
  sendInPlace(octets: Uint8Array, view: DataView, offset: number, end: number): boolean {
    this.flush();
    const start = offset - SESSION_TOKEN_OCTETS;
    if (!this.#credit.allows(end - start)) return false;
    view.setUint32(start, this.view.getUint32(0));
    view.setUint32(start + 4, this.view.getUint32(4));
    this.#credit.spend(end - start);
    this.#transmit(octets, start, end - start);
    return true;
  }
}
