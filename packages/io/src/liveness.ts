import { FRACTIONAL, type Instant } from "@flor/machine";

/** Silence after which the other end counts as dead. */
export const SILENCE_MAX_MS = 5000;
/** `poll` later than this after it was due: this process was stopped, and the other end is not to blame. */
const STOPPED_MS = 2000;
/** Without credit this long a Ping asks for it: it also settles what was lost. */
const CREDIT_PROBE_MS = 200;

/** Keepalive of one end: a Ping every interval, 75 to 100 % of it; any datagram of the session is a sign of life. */
export class Liveness {
  readonly #random: () => number;
  #interval = 1000;
  #pingAt: Instant = Infinity;
  #heardAt: Instant = FRACTIONAL;
  #polledAt: Instant = FRACTIONAL;
  #nextId = 1;

  constructor(random: () => number) {
    this.#random = random;
  }

  start(now: Instant, intervalMs: number): void {
    this.#interval = Math.min(SILENCE_MAX_MS / 2, Math.max(100, intervalMs || this.#interval));
    this.#heardAt = now;
    this.#polledAt = now;
    this.#schedule(now, this.#interval);
  }

  heard(now: Instant): void {
    this.#heardAt = now;
  }

  nextTimeout(): Instant {
    return this.#pingAt;
  }

  /** The id of a Ping to send now, "dead" after too long a silence, or `undefined`. */
  poll(now: Instant, wantsCredit: boolean): number | "dead" | undefined {
    if (wantsCredit) this.#pingAt = Math.min(this.#pingAt, now + CREDIT_PROBE_MS);
    if (this.#pingAt > now) return undefined;
    if (now - this.#polledAt > this.#interval + STOPPED_MS) this.#heardAt = now;
    this.#polledAt = now;
    if (now - this.#heardAt > SILENCE_MAX_MS) return "dead";
    this.#schedule(now, this.#interval);
    this.#nextId += 1;
    return this.#nextId;
  }

  #schedule(now: Instant, interval: number): void {
    this.#pingAt = now + interval * (0.75 + this.#random() / 4);
  }
}
