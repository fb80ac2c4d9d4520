import type { Instant } from "@flor/machine";

/** What a driver drives. */
export interface Driven {
  /** Due timers, nothing else. */
  handleTimeout(now: Instant): void;
  /** A bounded piece of work; true: another turn at once. */
  turn(now: Instant): boolean;
  nextTimeout(): Instant | undefined;
}

/** The host's clock and its two ways of calling back. */
export interface DriverClock {
  now(): Instant;
  /** Calls back after the events that are already waiting; at most one call is pending. */
  defer(callback: () => void): void;
  /** Calls back at `at`, instead of any earlier request; `undefined`: not at all. */
  setTimer(callback: () => void, at: Instant | undefined): void;
}

/** So that a mistake that every turn makes leaves time for the rest of the process. */
const PAUSE_AFTER_MISTAKE_MS = 100;

/**
 * The loop: events are taken as they come, then one turn serves what they touched, then one timer is set. A turn is
 * bounded, and other sockets get theirs between two of them.
 */
export class Driver {
  turns = 0;
  #driven: Driven;
  #clock: DriverClock;
  #deferred = false;
  #stopped = false;
  /** The next time-out, as it was after the last turn: asked for once a turn, since every room is asked. */
  #dueAt: Instant = Infinity;
  readonly #run: () => void;

  constructor(driven: Driven, clock: DriverClock) {
    this.#driven = driven;
    this.#clock = clock;
    this.#run = () => this.#turn();
  }

  /** Something happened: a turn soon. */
  wake(): void {
    if (this.#deferred || this.#stopped) return;
    this.#deferred = true;
    this.#clock.defer(this.#run);
  }

  /** No further turns. */
  stop(): void {
    this.#stopped = true;
    this.#clock.setTimer(this.#run, undefined);
  }

  #turn(): void {
    this.#deferred = false;
    if (this.#stopped) return;
    this.turns += 1;
    let isDone = false;
    try {
      this.#drive();
      isDone = true;
    } finally {
      // A turn that throws is a bug in flor and is reported as one; later turns still come, but not at once.
      if (!isDone) this.#clock.setTimer(this.#run, this.#clock.now() + PAUSE_AFTER_MISTAKE_MS);
    }
  }

  #drive(): void {
    const now = this.#clock.now();
    const wasDue = this.#dueAt <= now;
    if (wasDue) this.#driven.handleTimeout(now);
    const isMore = this.#driven.turn(now);
    const next = this.#driven.nextTimeout();
    this.#dueAt = next ?? Infinity;
    // What was handled and is due still waits for something else, and is looked at again as soon as a timer comes.
    if (isMore || (this.#dueAt <= now && !wasDue)) this.wake();
    else this.#clock.setTimer(this.#run, next);
  }
}
