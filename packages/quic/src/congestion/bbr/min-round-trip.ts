/** The path's round trip without a queue, and when to look for it again: draft-ietf-ccwg-bbr section 5.3.4.3. */
import { FRACTIONAL, type Instant } from "@flor/machine";

/** MinRTTFilterLen. */
const FORGOTTEN_AFTER_MS = 10_000;
/** ProbeRTTInterval. */
const PROBE_INTERVAL_MS = 5000;
/** Silence that is longer than this, and than three round trips, is an outage and no round trip. */
const OUTAGE_MS = 1000;
const OUTAGE_ROUND_TRIPS = 3;

export class MinRoundTrip {
  /** Milliseconds; Infinity: none was seen. */
  value: number = Infinity;
  /** The least one is old: a pause, or ProbeRTT, has to show it again. */
  isProbeDue = false;
  #at: Instant = -Infinity;
  #probeValue = Infinity;
  #probeAt: Instant = -Infinity;
  #lastMs: number = FRACTIONAL;
  /** When an acknowledgement came last, or the first packet after a pause was sent. */
  #heardAt: Instant = -Infinity;
  /** What was sent before this waited for an outage to end. */
  #outageEndedAt: Instant = -Infinity;

  /** The first packet after a pause was sent. */
  handleRestart(now: Instant): void {
    this.#heardAt = now;
  }

  /** Whether a packet sent then waited for an outage to end: what it measured is not the path. */
  isOverOutage(sentAt: Instant): boolean {
    return sentAt < this.#outageEndedAt;
  }

  /** @param rttMs of the frame, negative: none */
  update(rttMs: number, now: Instant): void {
    if (now - this.#heardAt > Math.max(OUTAGE_MS, OUTAGE_ROUND_TRIPS * this.#lastMs)) this.#outageEndedAt = now;
    this.#heardAt = now;
    if (rttMs >= 0) this.#lastMs = rttMs;
    this.isProbeDue = this.#probeValue !== Infinity && now > this.#probeAt + PROBE_INTERVAL_MS;
    const isSample = rttMs >= 0 && !this.isOverOutage(now - rttMs);
    if (isSample && (rttMs < this.#probeValue || this.isProbeDue)) {
      this.#probeValue = rttMs;
      this.#probeAt = now;
    }
    if (this.#probeValue >= this.value && now <= this.#at + FORGOTTEN_AFTER_MS) return;
    this.value = this.#probeValue;
    this.#at = this.#probeAt;
  }

  /** ProbeRTT is over: the next one is not due before an interval has passed. */
  handleProbed(now: Instant): void {
    this.#probeAt = now;
    this.isProbeDue = false;
  }
}
