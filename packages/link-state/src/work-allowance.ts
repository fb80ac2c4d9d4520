import type { Instant } from "@flor/machine";

/** Microseconds of our processor that one neighbour's messages may take a second, for good. */
const WORK_US_PER_SECOND = 70_000;
/** What they may take at once after a rest: 2,048 advertisements. */
const WORK_US_AT_ONCE = 700_000;

/**
 * What a neighbour's messages may cost. Nothing is refused: a neighbour in debt is not read from until the debt is paid,
 * and its messages wait at its end. It is kept for the neighbour, not for a connection, so reconnecting pays no debt.
 */
export class WorkAllowance {
  #left: number = WORK_US_AT_ONCE;
  #at: Instant = -Infinity;

  spend(microseconds: number, now: Instant): void {
    this.#refill(now);
    this.#left -= microseconds;
  }

  /** Whether the neighbour may be read from. */
  isSolvent(now: Instant): boolean {
    this.#refill(now);
    return this.#left > 0;
  }

  #refill(now: Instant): void {
    if (now <= this.#at) return;
    this.#left = Math.min(WORK_US_AT_ONCE, this.#left + ((now - this.#at) * WORK_US_PER_SECOND) / 1000);
    this.#at = now;
  }
}
