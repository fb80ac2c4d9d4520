import type { Instant } from "@flor/machine";

/** What a publisher's check is told to do. */
export interface HealthTimes {
  /** Between two checks. @default 2000 */
  readonly intervalMs: number;
  /** Successes in a row until "up". @default 2 */
  readonly rise: number;
  /** Failures in a row until "down". @default 3 */
  readonly fall: number;
}

/** Times of a check that names none. */
export const HEALTH_TIMES: HealthTimes = { intervalMs: 2000, rise: 2, fall: 3 };

/** Interval of a check is varied by this share, so that publishers do not check in step. */
const JITTER = 0.1;
/** This many changes within {@link FLAP_WINDOW_MS} keep the target down. */
const FLAPS_MAX = 5;
const FLAP_WINDOW_MS = 60_000;
const HELD_DOWN_MS = 30_000;

/**
 * Decides by the results of checks whether a target is up: down until the first success in full, held down when it
 * flaps. It owns no clock and no probe.
 */
export class HealthState {
  /** Since when it is as it is. */
  since: Instant;
  /** Why the last check failed, for people; empty when it did not. */
  lastError = "";
  readonly #times: HealthTimes;
  #isUp = false;
  #inRow = 0;
  #changes: Instant[] = [];
  #heldUntil: Instant = -Infinity;

  constructor(times: HealthTimes, now: Instant) {
    this.#times = times;
    this.since = now;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** Whether it flapped and stays down for now, whatever checks say. */
  isHeldDown(now: Instant): boolean {
    return now < this.#heldUntil;
  }

  /** Takes the result of a check: `undefined` for success, or why it failed. Returns whether up and down changed. */
  handleResult(error: string | undefined, now: Instant): boolean {
    this.lastError = error ?? "";
    const agrees = (error === undefined) === this.#isUp;
    this.#inRow = agrees ? 0 : this.#inRow + 1;
    if (this.#isUp) return this.#inRow >= this.#times.fall && this.#change(false, now);
    return this.#inRow >= this.#times.rise && !this.isHeldDown(now) && this.#change(true, now);
  }

  /** When to check next. @param random from 0 to 1 */
  nextCheck(now: Instant, random: number): Instant {
    return now + this.#times.intervalMs * (1 + JITTER * (2 * random - 1));
  }

  #change(isUp: boolean, now: Instant): true {
    this.#isUp = isUp;
    this.#inRow = 0;
    this.since = now;
    this.#changes = this.#changes.filter((at) => now - at < FLAP_WINDOW_MS);
    this.#changes.push(now);
    if (!isUp && this.#changes.length >= FLAPS_MAX) this.#heldUntil = now + HELD_DOWN_MS;
    return true;
  }
}
