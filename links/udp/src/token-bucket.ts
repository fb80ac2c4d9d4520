import type { Instant } from "@flor/machine";

/** Allows `burst` at once and `perSecond` in the long run. */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #level: number;
  #filledAt: Instant | undefined;

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#level = burst;
  }

  /** Takes one; false when there is none. */
  take(now: Instant): boolean {
    const elapsed = now - (this.#filledAt ?? now);
    this.#filledAt = now;
    this.#level = Math.min(this.#burst, this.#level + (elapsed * this.#perSecond) / 1000);
    if (this.#level < 1) return false;
    this.#level -= 1;
    return true;
  }
}
