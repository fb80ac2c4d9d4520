import type { Instant } from "@flor/machine";

/** Records of one neighbour that are taken or sent back a second. */
const RECORDS_PER_SECOND = 1000;
/** Those at once: a full roster and its revocations, both ways, as at a first meeting. */
const RECORDS_AT_ONCE = 16_384;

/**
 * What a neighbour's messages about networks may cost. Nothing is refused: a neighbour in debt is not read from until the
 * debt is paid, and its messages wait at its end.
 */
export class RecordAllowance {
  #left: number = RECORDS_AT_ONCE;
  #at: Instant = -Infinity;

  spend(records: number, now: Instant): void {
    this.#refill(now);
    this.#left -= records;
  }

  /** Whether the neighbour may be read from. */
  isSolvent(now: Instant): boolean {
    this.#refill(now);
    return this.#left > 0;
  }

  #refill(now: Instant): void {
    if (now <= this.#at) return;
    this.#left = Math.min(RECORDS_AT_ONCE, this.#left + ((now - this.#at) * RECORDS_PER_SECOND) / 1000);
    this.#at = now;
  }
}
