import type { Instant } from "./instant.ts";

/**
 * The one rate limiter: a token bucket. What others can make this process do costs from such a budget, and what comes
 * beyond it is refused and counted, so that a flood costs its sender more than its receiver.
 */
export class RateBudget {
  readonly perSecond: number;
  readonly burst: number;
  #left: number;
  #at: Instant = -Infinity;
  #refused = 0;

  /**
   * @param perSecond what is allowed in the long run
   * @param burst what is allowed at once after a rest; a single cost above it is never allowed
   */
  constructor(perSecond: number, burst: number = perSecond) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.#left = burst;
  }

  /** Takes `cost` and returns true, or counts a refusal and returns false when so much is not left. */
  take(cost: number, now: Instant): boolean {
    if (!this.allows(cost, now)) {
      this.#refused += 1;
      return false;
    }
    this.#left -= cost;
    return true;
  }

  /** Whether `take` would succeed: for work that can be spared when it would not. */
  allows(cost: number, now: Instant): boolean {
    this.#refill(now);
    return cost <= this.#left;
  }

  /** Whether nothing was taken for so long that this budget is like a new one. */
  isFull(now: Instant): boolean {
    this.#refill(now);
    return this.#left === this.burst;
  }

  /** When `take` of `cost` will succeed if nothing else is taken before: `now` at the earliest, `Infinity` for never. */
  allowedAt(cost: number, now: Instant): Instant {
    this.#refill(now);
    if (cost <= this.#left) return now;
    return cost > this.burst ? Infinity : now + ((cost - this.#left) / this.perSecond) * 1000;
  }

  /** Refusals since the last call. */
  takeRefused(): number {
    const refused = this.#refused;
    this.#refused = 0;
    return refused;
  }

  #refill(now: Instant): void {
    if (now <= this.#at) return;
    this.#left = Math.min(this.burst, this.#left + ((now - this.#at) * this.perSecond) / 1000);
    this.#at = now;
  }
}
