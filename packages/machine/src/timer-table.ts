import type { Instant } from "./instant.ts";

/**
 * The timers of one machine, by name. Each machine documents beside its names when each one fires.
 *
 * @typeParam Name a closed union of timer names
 */
export class TimerTable<Name extends string> {
  #deadlines = new Map<Name, Instant>();

  set(name: Name, at: Instant): void {
    this.#deadlines.set(name, at);
  }

  clear(name: Name): void {
    this.#deadlines.delete(name);
  }

  has(name: Name): boolean {
    return this.#deadlines.has(name);
  }

  /** The earliest deadline, or `undefined` when no timer is set. */
  next(): Instant | undefined {
    let next: Instant | undefined;
    for (const at of this.#deadlines.values()) if (next === undefined || at < next) next = at;
    return next;
  }

  /** Removes and returns one timer that is due at `now`. */
  takeDue(now: Instant): Name | undefined {
    for (const [name, at] of this.#deadlines) {
      if (at <= now) {
        this.#deadlines.delete(name);
        return name;
      }
    }
    return undefined;
  }
}
