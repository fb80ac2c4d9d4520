import type { Instant } from "@flor/machine";
import type { Envelope } from "@flor/wire";

const FIRST_DELAY_MS = 50;
const DELAY_MAX_MS = 800;

/** One message of a state, with the number that acknowledges it. */
interface Part {
  readonly message: Envelope;
  readonly seq: number;
}

/**
 * The newest state of one kind, sent until it is acknowledged: at once, then after 50 ms doubling to 800 ms, for as
 * long as the session lives. A newer state takes its place. What is not acknowledged goes each time, so that loss only
 * delays.
 */
export class StateRepeater {
  #parts: readonly Part[] = [];
  #dueAt: Instant = Infinity;
  #delay = FIRST_DELAY_MS;

  /** Takes the place of what was to be acknowledged. */
  set(parts: readonly Part[], now: Instant): void {
    this.#parts = parts;
    this.#dueAt = now;
    this.#delay = FIRST_DELAY_MS;
  }

  /** The other end has the message with this number. */
  acknowledge(acknowledged: number): void {
    this.#parts = this.#parts.filter(({ seq }) => seq !== acknowledged);
    if (this.#parts.length === 0) this.#dueAt = Infinity;
  }

  get dueAt(): Instant {
    return this.#dueAt;
  }

  /** The messages to send now. */
  poll(now: Instant): readonly Envelope[] {
    if (this.#dueAt > now) return [];
    this.#dueAt = now + this.#delay;
    this.#delay = Math.min(DELAY_MAX_MS, this.#delay * 2);
    return this.#parts.map(({ message, seq }) => ({ ...message, seq }));
  }
}
