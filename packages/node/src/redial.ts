import { BackOff, type Instant, varied } from "@flor/machine";

/** Attempts at the same time: each sends its own first packet, so that an answer is never waited for in back-off. */
export const REDIAL_ATTEMPTS_MAX = 4;
/** An attempt of which nothing was heard for so long is given up. */
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
  readonly #random: () => number;
  readonly #backOff: BackOff;
  #since: Instant | undefined;
  #next: Instant = -Infinity;

  /** @param random uniform in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
    this.#backOff = new BackOff({ firstMs: FIRST_DELAY_MS, maxMs: DELAY_MAX_MS, random });
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
    const isLongOutage = now - this.#since > LONG_OUTAGE_MS;
    this.#next = now + (isLongOutage ? varied(LONG_OUTAGE_DELAY_MS, this.#random) : this.#backOff.next());
  }

  /** The next attempt is not soon, unless there is a sign of the other end. */
  defer(now: Instant, delayMs: number): void {
    this.#next = now + varied(delayMs, this.#random);
  }

  /** An attempt succeeded, or the other end is back: the next one is due at once. */
  restart(): void {
    this.#since = undefined;
    this.#backOff.reset();
    this.#next = -Infinity;
  }
}
