import type { Instant } from "./instant.ts";

/** A rate with a burst: what comes beyond it is refused, so that a flood costs its sender more than us. */
export class RateBudget {
  readonly #perMs: number;
  readonly #burst: number;
  #left: number;
  #at: Instant = -Infinity;

  /**
   * @param perSecond what is allowed for good
   * @param burst what is allowed at once after a rest
   */
  constructor(perSecond: number, burst: number) {
    this.#perMs = perSecond / 1000;
    this.#burst = burst;
    this.#left = burst;
  }

  /** Takes `cost` and returns true, or returns false when so much is not left. */
  take(cost: number, now: Instant): boolean {
    if (now > this.#at) {
      this.#left = Math.min(this.#burst, this.#left + (now - this.#at) * this.#perMs);
      this.#at = now;
    }
    if (cost > this.#left) return false;
    this.#left -= cost;
    return true;
  }
}
