import { RECORD_HEADER_OCTETS, RECORD_MAX_OCTETS, recordLength } from "@flor/wire";

/** Octets of records that are not whole yet, of all flows. */
export const RECORDS_HELD_MAX_OCTETS: number = 4 * 1024 * 1024;

let heldByAll = 0;

/** The start of one record, until the rest of it arrives. One that finds no memory is skipped. */
export class RecordHold {
  readonly #header = new Uint8Array(RECORD_HEADER_OCTETS);
  #octets: Uint8Array | undefined;
  #length = 0;
  /** Octets of a record that are still to be skipped. */
  #skip = 0;
  #isSkipped = false;

  get isEmpty(): boolean {
    return this.#length === 0 && this.#skip === 0;
  }

  /** Whether the last `take` met a record for which there is no memory. */
  get isSkipped(): boolean {
    return this.#isSkipped;
  }

  /** Takes what belongs to the record of octets[at, …): how many octets, or -1 when its length cannot be. */
  take(octets: Uint8Array, at: number): number {
    this.#isSkipped = false;
    if (this.#skip > 0) return this.#skipSome(octets.length - at);
    if (this.#length < RECORD_HEADER_OCTETS) return this.#takeHeader(octets, at);
    const held = this.#octets;
    if (held === undefined) return -1;
    const taken = Math.min(octets.length - at, held.length - this.#length);
    held.set(octets.subarray(at, at + taken), this.#length);
    this.#length += taken;
    return taken;
  }

  /** The record, once it is whole; it is given away. */
  whole(): Uint8Array | undefined {
    const held = this.#octets;
    if (held === undefined || this.#length < held.length) return undefined;
    this.release();
    return held;
  }

  /** Forgets what is held. */
  release(): void {
    heldByAll -= this.#octets?.length ?? 0;
    this.#octets = undefined;
    this.#length = 0;
    this.#skip = 0;
  }

  #takeHeader(octets: Uint8Array, at: number): number {
    const taken = Math.min(octets.length - at, RECORD_HEADER_OCTETS - this.#length);
    this.#header.set(octets.subarray(at, at + taken), this.#length);
    this.#length += taken;
    if (this.#length < RECORD_HEADER_OCTETS) return taken;
    const content = recordLength(this.#header, 0);
    if (content > RECORD_MAX_OCTETS) return -1;
    const whole = RECORD_HEADER_OCTETS + content;
    if (heldByAll + whole > RECORDS_HELD_MAX_OCTETS) {
      this.#isSkipped = true;
      this.#length = 0;
      this.#skip = content;
      return taken;
    }
    heldByAll += whole;
    this.#octets = new Uint8Array(whole);
    this.#octets.set(this.#header);
    return taken;
  }

  #skipSome(octets: number): number {
    const skipped = Math.min(octets, this.#skip);
    this.#skip -= skipped;
    return skipped;
  }
}
