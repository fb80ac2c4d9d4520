/** `setTimeout` takes 2^31 - 1 milliseconds at most, and an early call is harmless. */
const DELAY_MAX_MS = 60_000;

/**
 * A timer for callers to whom an early call is harmless: it is left alone while it is early enough, because making a
 * new one for each event costs more than a call in vain now and then.
 */
export class EarlyTimer {
  readonly #callback: () => void;
  readonly #earlyMs: number;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Infinity;

  /** @param earlyMs a call may come this much early. @default any time */
  constructor(callback: () => void, earlyMs: number = Infinity) {
    this.#callback = callback;
    this.#earlyMs = earlyMs;
  }

  /** Calls back at `at`, of `performance.now()`, in place of what was asked for before; `undefined`: not at all. */
  set(at: number | undefined): void {
    if (at === undefined) return this.stop();
    if (this.#timer !== undefined && this.#dueAt <= at && at - this.#dueAt <= this.#earlyMs) return;
    clearTimeout(this.#timer);
    const delayMs = Math.min(Math.max(at - performance.now(), 0), DELAY_MAX_MS);
    this.#timer = setTimeout(() => this.#fire(), delayMs);
    this.#dueAt = at;
  }

  /** Does not call back until it is set again. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#dueAt = Infinity;
  }

  #fire(): void {
    this.#timer = undefined;
    this.#dueAt = Infinity;
    this.#callback();
  }
}
