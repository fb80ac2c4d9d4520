/** `setTimeout` takes 2^31 - 1 milliseconds at most. */
const DELAY_MAX_MS = 60_000;

/**
 * A timer whose time moves on with nearly every event, as deadlines do: the system's timer is left alone while it comes
 * early enough, and goes on to the time that is wanted by then. Moving it at each event would cost more than what the
 * event is about.
 */
export class LazyTimer {
  readonly #callback: () => void;
  #timer: NodeJS.Timeout | undefined;
  /** When the system's timer comes. */
  #comesAt = Infinity;
  #wantedAt = Infinity;

  constructor(callback: () => void) {
    this.#callback = callback;
  }

  /** Calls back at `at`, of `performance.now()`, in place of what was asked for before; `undefined`: not at all. */
  set(at: number | undefined): void {
    if (at === undefined) return this.stop();
    this.#wantedAt = at;
    if (at >= this.#comesAt) return;
    const now = performance.now();
    // One that is due comes with the next round of the loop: asked for again and again, it would be put off each time.
    if (this.#comesAt > now) this.#start(now);
  }

  /** Does not call back until it is set again. */
  stop(): void {
    this.#wantedAt = Infinity;
    this.#comesAt = Infinity;
    clearTimeout(this.#timer);
  }

  #start(now: number): void {
    clearTimeout(this.#timer);
    const delayMs = Math.min(Math.max(this.#wantedAt - now, 0), DELAY_MAX_MS);
    this.#comesAt = now + delayMs;
    this.#timer = setTimeout(() => this.#fire(), delayMs);
  }

  #fire(): void {
    this.#comesAt = Infinity;
    const now = performance.now();
    // The system's timers come up to a millisecond early, too.
    if (this.#wantedAt > now) return this.#start(now);
    this.#wantedAt = Infinity;
    this.#callback();
  }
}
