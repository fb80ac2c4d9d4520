import type { Instant } from "@flor/machine";

/**
 * How often something may be done while reasons for it keep coming: the pauses grow along `pauses`, and start again
 * from the first after a rest (the shape of RFC 8405).
 */
export class Pace {
  readonly #pauses: readonly number[];
  readonly #quietMs: number;
  #level = 0;
  #at: Instant = -Infinity;

  /** @param pauses milliseconds, rising, at least one */
  constructor(pauses: readonly number[], quietMs: number) {
    this.#pauses = pauses;
    this.#quietMs = quietMs;
  }

  /** When it may be done next. */
  get dueAt(): Instant {
    return this.#at + (this.#pauses[this.#level] ?? 0);
  }

  /** When it may be done next, if the reason is urgent: after the first of the pauses. */
  get urgentAt(): Instant {
    return this.#at + (this.#pauses[0] ?? 0);
  }

  /** When it may be done next, if the reason is bad news of others: after the second of the pauses at most. */
  get soonAt(): Instant {
    return this.#at + (this.#pauses[Math.min(this.#level, 1)] ?? 0);
  }

  /** It is done now. */
  acted(now: Instant): void {
    const isQuiet = now - this.#at >= this.#quietMs;
    this.#level = isQuiet ? 0 : Math.min(this.#level + 1, this.#pauses.length - 1);
    this.#at = now;
  }
}
