import type { Instant } from "@flor/machine";
import type { Envelope } from "@flor/wire";

const FIRST_DELAY_MS = 50;
const DELAY_MAX_MS = 800;

/**
 * The newest state of one kind, sent until it is acknowledged: at once, then after 50 ms doubling to 800 ms, for as
 * long as the session lives. A newer state takes its place. The whole state goes each time, so that loss only delays.
 */
export class StateRepeater {
  #message: Envelope | undefined;
  #seq = 0;
  #dueAt: Instant = Infinity;
  #delay = FIRST_DELAY_MS;

  /** Takes the place of what was to be acknowledged. */
  set(message: Envelope, seq: number, now: Instant): void {
    this.#message = message;
    this.#seq = seq;
    this.#dueAt = now;
    this.#delay = FIRST_DELAY_MS;
  }

  /** The other end has the message with this number. */
  acknowledge(seq: number): void {
    if (seq !== this.#seq) return;
    this.#message = undefined;
    this.#dueAt = Infinity;
  }

  get dueAt(): Instant {
    return this.#dueAt;
  }

  /** The message to send now, or `undefined`. */
  poll(now: Instant): Envelope | undefined {
    if (this.#message === undefined || this.#dueAt > now) return undefined;
    this.#dueAt = now + this.#delay;
    this.#delay = Math.min(DELAY_MAX_MS, this.#delay * 2);
    return { ...this.#message, seq: this.#seq };
  }
}
