import type { Instant } from "./instant.ts";

/**
 * What a neighbour's messages may cost, in whatever unit. Nothing is refused: a neighbour in debt is not read from until the
 * debt is paid, and its messages wait at its end. Keep it for the neighbour, not for a connection, so that reconnecting pays
 * no debt.
 */
export class Allowance {
  readonly #perSecond: number;
  readonly #atOnce: number;
  #left: number;
  #at: Instant = -Infinity;

  /** @param atOnce what may be spent after a rest */
  constructor(perSecond: number, atOnce: number) {
    this.#perSecond = perSecond;
    this.#atOnce = atOnce;
    this.#left = atOnce;
  }

  spend(cost: number, now: Instant): void {
    this.#refill(now);
    this.#left -= cost;
  }

  /** Whether the neighbour may be read from. */
  isSolvent(now: Instant): boolean {
    this.#refill(now);
    return this.#left > 0;
  }

  #refill(now: Instant): void {
    if (now <= this.#at) return;
    this.#left = Math.min(this.#atOnce, this.#left + ((now - this.#at) * this.#perSecond) / 1000);
    this.#at = now;
  }
}
