import type { Instant } from "@flor/machine";

const WINDOW_MS = 1000;

/** Lets so many through a second and counts the others. */
export class RateCap {
  readonly #perSecond: number;
  #windowEnd = Number.NEGATIVE_INFINITY;
  #passed = 0;
  #suppressed = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  /** Whether one more may pass at `now`. */
  take(now: Instant): boolean {
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + WINDOW_MS;
      this.#passed = 0;
    }
    if (this.#passed < this.#perSecond) {
      this.#passed += 1;
      return true;
    }
    this.#suppressed += 1;
    return false;
  }

  /** Whether `take` would refuse now: what costs time before it can be spared. */
  isSpent(now: Instant): boolean {
    return now < this.#windowEnd && this.#passed >= this.#perSecond;
  }

  /** How many were held back since the last call. */
  takeSuppressed(): number {
    const suppressed = this.#suppressed;
    this.#suppressed = 0;
    return suppressed;
  }
}
