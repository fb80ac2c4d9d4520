import type { Instant } from "@flor/machine";

/** Attempts at the same time: each sends its own first packet, so that an answer is never waited for in back-off. */
export const REDIAL_ATTEMPTS_MAX = 4;
/** An attempt that has not succeeded by then is given up. */
export const REDIAL_ATTEMPT_MS = 4000;

const FIRST_DELAY_MS = 100;
const DELAY_MAX_MS = 1000;
const LONG_OUTAGE_MS = 300_000;
const LONG_OUTAGE_DELAY_MS = 5000;

/**
 * When to try again to reach somebody: at once, then 100 ms doubling to 1 s, after five minutes every 5 s; each 75 to
 * 100 % of that, so that many nodes do not try in step.
 */
export class Redial {
  #random: () => number;
  #since: Instant | undefined;
  #tries = 0;
  #next: Instant = -Infinity;

  /** @param random uniform in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** When the first attempt since the last success was; `undefined`: there was none. */
  get since(): Instant | undefined {
    return this.#since;
  }

  /** When the next attempt is due. */
  get dueAt(): Instant {
    return this.#next;
  }

  /** An attempt starts now. */
  started(now: Instant): void {
    this.#since ??= now;
    const outage = now - this.#since;
    const delay =
      outage > LONG_OUTAGE_MS ? LONG_OUTAGE_DELAY_MS : Math.min(DELAY_MAX_MS, FIRST_DELAY_MS * 2 ** this.#tries);
    this.#tries += 1;
    this.#next = now + delay * (0.75 + this.#random() / 4);
  }

  /** The next attempt is not soon, unless there is a sign of the other end. */
  defer(now: Instant, delayMs: number): void {
    this.#next = now + delayMs * (0.75 + this.#random() / 4);
  }

  /** An attempt succeeded, or the other end is back: the next one is due at once. */
  restart(): void {
    this.#since = undefined;
    this.#tries = 0;
    this.#next = -Infinity;
  }
}
