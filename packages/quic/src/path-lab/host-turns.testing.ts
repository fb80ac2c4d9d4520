// Test support: a host whose event loop gets the processor only now and then.

/** How a host is scheduled; times in milliseconds. */
export interface HostLoad {
  /** Runs for about so long, then waits for about `pausedMs`; each between half and one and a half of it. */
  readonly runningMs: number;
  readonly pausedMs: number;
}

/** Timers of Node fire at whole milliseconds. */
const TIMER_GRAIN_MS = 1;

/** Tells when a host gets to work. */
export class HostTurns {
  readonly #load: HostLoad | undefined;
  readonly #random: () => number;
  /** When each stretch of running begins and ends. */
  readonly #from: number[] = [0];
  readonly #until: number[] = [];

  constructor(load: HostLoad | undefined, random: () => number) {
    this.#load = load;
    this.#random = random;
    this.#until.push(load === undefined ? Infinity : this.#about(load.runningMs));
  }

  /** When a turn for something that arrives at `at` happens. */
  turnFor(at: number): number {
    while (this.#until.at(-1)! <= at) this.#addStretch(this.#load!);
    let low = 0;
    let high = this.#until.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#until[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return Math.max(at, this.#from[low]!);
  }

  /** When a turn for a timer that is due at `at` happens. */
  turnForTimer(at: number): number {
    return this.turnFor(Math.ceil(at / TIMER_GRAIN_MS) * TIMER_GRAIN_MS);
  }

  #addStretch(load: HostLoad): void {
    const from = this.#until.at(-1)! + this.#about(load.pausedMs);
    this.#from.push(from);
    this.#until.push(from + this.#about(load.runningMs));
  }

  #about(ms: number): number {
    return ms * (0.5 + this.#random());
  }
}
