/**
 * Controllers that take a loss for congestion, RFC 9002 section 7: slow start, recovery periods, persistent congestion,
 * undo. How the window grows in congestion avoidance is given from outside.
 */
import type { Instant } from "@flor/machine";
import type { CongestionController, CongestionOptions, InFlightFields } from "./congestion-controller.ts";
import { initialWindow, leastWindow } from "./initial-window.ts";
import { lateCredit } from "./late-credit.ts";
import { SlowStart } from "./slow-start.ts";

/** How the window grows between reductions, octets. */
export interface Avoidance {
  /** The factor of a reduction. */
  readonly reduction: number;
  /** The window after this many octets were acknowledged. */
  grow(window: number, ackedOctets: number, datagramOctets: number, rttMs: number, now: Instant): number;
  handleReduced(before: number, after: number, datagramOctets: number, now: Instant): void;
  /** The last reduction was for losses that were none. */
  handleUndone(): void;
}

const PACING_GAIN = 1.25;
const PACING_GAIN_SLOW_START = 2;
const UNPACED_BELOW_MS = 1;
const FIRST_ROUND_TRIP_MS = 10;
const QUANTUM_MS = 1;
const RTT_SMOOTHING = 1 / 8;

export class LossBasedController implements CongestionController {
  windowOctets: number;
  readonly #avoidance: Avoidance;
  #slowStart: SlowStart | undefined = new SlowStart();
  #datagramOctets: number;
  #threshold = Infinity;
  #rttMs = FIRST_ROUND_TRIP_MS;
  #hasRtt = false;
  #leastRttMs = Infinity;
  #usualLateMs = 0;
  #delivered = 0;
  #ackedOctets = 0;
  /** Losses of packets sent before this belong to a reduction that was made. */
  #recoveryStartAt: Instant = -Infinity;
  /** When the window last held packets back. */
  #windowFullAt: Instant = -Infinity;
  /** Octets lost in this detection, and in this recovery period less those that were not lost after all. */
  #newlyLost = 0;
  #lostInRecovery = 0;
  #undo: { window: number; threshold: number } | undefined;

  constructor(options: CongestionOptions, avoidance: Avoidance) {
    this.#avoidance = avoidance;
    this.#datagramOctets = options.datagramOctets;
    this.windowOctets = initialWindow(options.datagramOctets);
  }

  get phase(): string {
    return this.windowOctets < this.#threshold ? "slow-start" : "avoidance";
  }

  get pacingRate(): number {
    if (this.#hasRtt && this.#rttMs < UNPACED_BELOW_MS) return Infinity;
    const gain = this.windowOctets < this.#threshold ? PACING_GAIN_SLOW_START : PACING_GAIN;
    return (gain * this.windowOctets) / Math.max(this.#rttMs, UNPACED_BELOW_MS);
  }

  get sendQuantum(): number {
    return Math.max((QUANTUM_MS * this.windowOctets) / this.#rttMs, 2 * this.#datagramOctets);
  }

  get datagramOctetsMax(): number {
    return (QUANTUM_MS * this.windowOctets) / this.#rttMs;
  }

  get lateCreditMs(): number {
    return lateCredit(this.#leastRttMs, this.#usualLateMs);
  }

  handleSent(_fields: InFlightFields, _slot: number, inFlight: number, now: Instant): void {
    if (inFlight + this.#datagramOctets > this.windowOctets) this.#windowFullAt = now;
  }

  handleAcked(fields: InFlightFields, slot: number): void {
    this.#delivered += fields.octets[slot]!;
    if (fields.sentAt[slot]! > this.#recoveryStartAt) this.#ackedOctets += fields.octets[slot]!;
  }

  handleLost(fields: InFlightFields, slot: number): void {
    this.#newlyLost += fields.octets[slot]!;
  }

  handleAcknowledgement(inFlight: number, rttMs: number, now: Instant): void {
    if (rttMs >= 0) this.#noteRoundTrip(rttMs);
    const acked = this.#ackedOctets;
    this.#ackedOctets = 0;
    // A window that was not used has not been shown to be safe: RFC 9002 section 7.8.
    if (acked === 0 || now - this.#windowFullAt > 2 * this.#rttMs) return;
    if (this.windowOctets >= this.#threshold) {
      this.windowOctets = this.#avoidance.grow(this.windowOctets, acked, this.#datagramOctets, this.#rttMs, now);
      return;
    }
    this.windowOctets += this.#slowStart?.growth(acked) ?? acked;
    if (this.#slowStart?.handleRoundTrip(rttMs, this.#delivered, this.#delivered + inFlight) !== true) return;
    this.#threshold = this.windowOctets;
    this.#slowStart = undefined;
  }

  handleLossRound(_inFlight: number, largestLostSentAt: Instant, isPersistent: boolean, now: Instant): void {
    if (largestLostSentAt > this.#recoveryStartAt) {
      this.#lostInRecovery = 0;
      this.#reduce(now);
    }
    this.#lostInRecovery += this.#newlyLost;
    this.#newlyLost = 0;
    if (!isPersistent) return;
    this.windowOctets = leastWindow(this.#datagramOctets);
    this.#recoveryStartAt = -Infinity;
  }

  handleSpuriousLoss(octets: number): void {
    this.#lostInRecovery -= octets;
    if (this.#undo === undefined || this.#lostInRecovery > 0) return;
    this.windowOctets = Math.max(this.windowOctets, this.#undo.window);
    this.#threshold = this.#undo.threshold;
    this.#undo = undefined;
    this.#recoveryStartAt = -Infinity;
    this.#avoidance.handleUndone();
  }

  handleCongestionExperienced(_newMarks: number, sentAt: Instant, now: Instant): void {
    if (sentAt > this.#recoveryStartAt) this.#reduce(now);
    // What the path marked was not lost, and no later acknowledgement shows otherwise.
    this.#undo = undefined;
  }

  handleLimited(): void {}

  handleLateness(usualMs: number): void {
    this.#usualLateMs = usualMs;
  }

  handleHandshakeRoundTrip(rttMs: number): void {
    if (!this.#hasRtt) this.#rttMs = rttMs;
  }

  handlePathChange(): void {
    this.windowOctets = initialWindow(this.#datagramOctets);
    this.#threshold = Infinity;
    this.#slowStart = new SlowStart();
    this.#hasRtt = false;
    this.#rttMs = FIRST_ROUND_TRIP_MS;
    this.#leastRttMs = Infinity;
    this.#undo = undefined;
  }

  setDatagramOctets(octets: number): void {
    this.#datagramOctets = octets;
    this.windowOctets = Math.max(this.windowOctets, leastWindow(octets));
  }

  #noteRoundTrip(rttMs: number): void {
    this.#rttMs = this.#hasRtt ? this.#rttMs + RTT_SMOOTHING * (rttMs - this.#rttMs) : rttMs;
    this.#hasRtt = true;
    this.#leastRttMs = Math.min(this.#leastRttMs, rttMs);
  }

  #reduce(now: Instant): void {
    const before = this.windowOctets;
    this.#undo = { window: before, threshold: this.#threshold };
    this.#recoveryStartAt = now;
    this.windowOctets = Math.max(before * this.#avoidance.reduction, leastWindow(this.#datagramOctets));
    this.#threshold = this.windowOctets;
    this.#slowStart = undefined;
    this.#avoidance.handleReduced(before, this.windowOctets, this.#datagramOctets, now);
  }
}
