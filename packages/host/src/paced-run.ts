/** Between two runs while there is always news: at first, and at most. */
const PAUSE_MIN_MS = 10;
const PAUSE_MAX_MS = 640;
/** Without news for this long, the next is run for at once. */
const QUIET_MS = 1000;

/** The time, and how something is run later; 0: in the next turn of the loop. */
export interface RunClock {
  readonly now: () => number;
  readonly later: (run: () => void, ms: number) => void;
}

/** The clock of this process. */
export const RUN_CLOCK: RunClock = {
  now: () => performance.now(),
  // A timer would wait for a millisecond.
  later: (run, ms) => void (ms === 0 ? setImmediate(run) : setTimeout(run, ms).unref()),
};

/** Runs something at once for the first news, and for news without end less and less often. */
export class PacedRun {
  readonly #run: () => void;
  readonly #clock: RunClock;
  #isScheduled = false;
  #isClosed = false;
  #pauseMs = 0;
  #ranAt = -Infinity;

  constructor(run: () => void, clock: RunClock = RUN_CLOCK) {
    this.#run = run;
    this.#clock = clock;
  }

  /** There is news: what was asked for runs in the next turn, or after a pause. */
  ask(): void {
    if (this.#isScheduled || this.#isClosed) return;
    const sinceMs = this.#clock.now() - this.#ranAt;
    if (sinceMs >= QUIET_MS) this.#pauseMs = 0;
    this.#isScheduled = true;
    this.#clock.later(() => this.#runNow(), Math.max(0, this.#pauseMs - sinceMs));
    this.#pauseMs = Math.min(PAUSE_MAX_MS, Math.max(PAUSE_MIN_MS, 2 * this.#pauseMs));
  }

  /** Runs nothing from now on. */
  close(): void {
    this.#isClosed = true;
  }

  #runNow(): void {
    this.#isScheduled = false;
    if (this.#isClosed) return;
    this.#ranAt = this.#clock.now();
    this.#run();
  }
}
