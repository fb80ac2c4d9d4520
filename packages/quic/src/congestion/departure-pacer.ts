/**
 * Spreads packets over time by departure times, draft-ietf-ccwg-bbr section 5.6.2, for hosts whose turns come late: the
 * schedule goes on while we are late, so that a late turn may send what the turns before it should have. Without that
 * credit a host with a busy core loses the rate of every pause, and the rate that it measures falls with it.
 */
import { FRACTIONAL, type Instant } from "@flor/machine";
import type { CongestionController } from "./congestion-controller.ts";

/** Timers of a host are no finer: what is due within this time goes now. */
const GRAIN_MS = 1;
/** How late turns usually are follows a longer pause by half, and is forgotten by half in this time. */
const FOLLOWS = 0.5;
const FORGOTTEN_MS = 3000;

/** What the pacer asks a controller, and tells it. */
export type Pace = Pick<
  CongestionController,
  "pacingRate" | "sendQuantum" | "lateCreditMs" | "handleLateness" | "handleLimited"
>;

export class DeparturePacer {
  readonly #controller: Pace;
  /** What the present turn may make up for. */
  #creditMs: number = FRACTIONAL;
  /** When the next packet should leave. */
  #departsAt: Instant = -Infinity;
  /** Packets that should leave before this may leave in the present turn. */
  #aheadUntil: Instant = -Infinity;
  /** How late this host's turns have been recently, and when that was last updated. */
  #usualMs: number = FRACTIONAL;
  #usualAt: Instant = FRACTIONAL;
  /** Nothing was there to send: time passes without credit. */
  #isIdle = true;
  /** A packet waits for its time, so that a late turn is our own doing. */
  #isHeld = false;

  constructor(controller: Pace) {
    this.#controller = controller;
  }

  /** Whether a packet may leave at `now`; `inFlight` as the controller counts it. Ask before each packet. */
  allows(inFlight: number, now: Instant): boolean {
    const rate = this.#controller.pacingRate;
    if (rate === Infinity) return true;
    if (this.#departsAt <= now) this.#startTurn(inFlight, rate, now);
    this.#isHeld = this.#departsAt >= this.#aheadUntil;
    return !this.#isHeld;
  }

  /** A packet of this many octets left. */
  handleSent(octets: number, now: Instant): void {
    const rate = this.#controller.pacingRate;
    if (rate === Infinity) {
      this.#departsAt = now;
      return;
    }
    this.#departsAt = Math.max(this.#departsAt, now - this.#creditMs) + octets / rate;
  }

  /** There is nothing to send. */
  handleIdle(): void {
    this.#isIdle = true;
    this.#isHeld = false;
  }

  /** When `allows` turns true; meaningful after it returned false. */
  get releaseAt(): Instant {
    return this.#departsAt;
  }

  #startTurn(inFlight: number, rate: number, now: Instant): void {
    if (this.#isHeld) this.#noteLateness(now - this.#departsAt, now);
    this.#creditMs = this.#controller.lateCreditMs;
    const earliest = this.#isIdle ? now : now - this.#creditMs;
    if (this.#departsAt < earliest) {
      // Time that no credit covers is lost: what is measured meanwhile is our rate and not the path's.
      if (this.#isHeld && !this.#isIdle) this.#controller.handleLimited(inFlight);
      this.#departsAt = earliest;
    }
    this.#isIdle = false;
    this.#aheadUntil = now + Math.max(this.#controller.sendQuantum / rate, GRAIN_MS);
  }

  #noteLateness(lateMs: number, now: Instant): void {
    const kept = this.#usualMs * 0.5 ** ((now - this.#usualAt) / FORGOTTEN_MS);
    this.#usualMs = lateMs > kept ? kept + FOLLOWS * (lateMs - kept) : kept;
    this.#usualAt = now;
    this.#controller.handleLateness(this.#usualMs);
  }
}
