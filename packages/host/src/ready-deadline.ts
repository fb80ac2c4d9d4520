/** Milliseconds that a link has to become ready, the first time. */
const READY_DEADLINE_MS = 5000;
/** What a link reads at most: `DEADLINE_MAX_MS` of Flor IO. */
const READY_DEADLINE_MAX_MS = 30_000;

/**
 * How long a link has to become ready. Each time that was too short, the next is twice as long: on a busy machine the
 * same time would never do.
 */
export class ReadyDeadline {
  #ms = READY_DEADLINE_MS;

  /** Milliseconds, from 5,000 to 30,000. */
  get ms(): number {
    return this.#ms;
  }

  /** The link was not ready in time. */
  miss(): void {
    this.#ms = Math.min(2 * this.#ms, READY_DEADLINE_MAX_MS);
  }

  /** The link is ready: the next time is the first again. */
  meet(): void {
    this.#ms = READY_DEADLINE_MS;
  }
}
