/** Frames remembered: duplicates come within a few frames, or after their partial frame would have timed out. */
const REMEMBERED = 64;
const HALF = 0x8000;

/** The ids of the last frames that were reassembled, so that a late duplicate of a segment starts nothing. */
export class RecentIds {
  readonly #ids = new Int32Array(REMEMBERED).fill(-1);
  #next = 0;
  #newest = -1;

  /** Remembers `id`, 0 to 65535, and forgets the oldest. */
  add(id: number): void {
    this.#ids[this.#next] = id;
    this.#next = (this.#next + 1) % REMEMBERED;
    if (this.#newest < 0 || this.#isAfterNewest(id)) this.#newest = id;
  }

  has(id: number): boolean {
    // The usual case is the next frame, by serial number arithmetic (RFC 1982): no search.
    if (this.#newest < 0 || this.#isAfterNewest(id)) return false;
    return this.#ids.includes(id);
  }

  #isAfterNewest(id: number): boolean {
    const ahead = (id - this.#newest) & 0xffff;
    return ahead > 0 && ahead < HALF;
  }
}
