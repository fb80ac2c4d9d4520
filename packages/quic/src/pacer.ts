import type { Instant } from "@flor/machine";

/** Pace above what the window alone would send, so that the pacer never is the bottleneck. */
const GAIN = 1.25;
/** Below this round trip the path is a loopback or a cable: bursts do no harm and timers are coarser than the pace. */
const UNPACED_BELOW_RTT_MS = 1;
/** A late timer must not cost rate: this much is sent at once however slow the pace is, about ten packets. */
const BURST_MIN_OCTETS = 14_000;
/** Otherwise this much time's worth at once: two ticks of a millisecond timer. */
const BURST_MS = 2;

/**
 * A token bucket that spreads a connection's packets over the round trip. It may be overdrawn by one packet, so that
 * packets of every size pass.
 */
export class Pacer {
  /** 0: not paced. */
  #octetsPerMs = 0;
  #tokens = BURST_MIN_OCTETS;
  #refilledAt: Instant | undefined;

  /** Sets the pace from the path's figures; call every few milliseconds while sending. */
  setPace(congestionWindowOctets: number, rttMs: number): void {
    this.#octetsPerMs = rttMs < UNPACED_BELOW_RTT_MS ? 0 : (GAIN * congestionWindowOctets) / rttMs;
  }

  /** Octets a millisecond, or 0 when not paced. */
  get octetsPerMs(): number {
    return this.#octetsPerMs;
  }

  /** Whether a packet may go at `now`. */
  allows(now: Instant): boolean {
    if (this.#octetsPerMs === 0) return true;
    this.#refill(now);
    return this.#tokens > 0;
  }

  /** Records a packet that went. */
  spend(octets: number): void {
    if (this.#octetsPerMs !== 0) this.#tokens -= octets;
  }

  /** When `allows` turns true with a burst worth waking for. Meaningful after it said false. */
  releaseAt(now: Instant): Instant {
    if (this.#octetsPerMs === 0) return now;
    return now + Math.max(1 - this.#tokens / this.#octetsPerMs, 0);
  }

  #refill(now: Instant): void {
    const elapsed = Math.max(now - (this.#refilledAt ?? now), 0);
    const burst = Math.max(BURST_MIN_OCTETS, BURST_MS * this.#octetsPerMs);
    this.#tokens = Math.min(burst, this.#tokens + elapsed * this.#octetsPerMs);
    this.#refilledAt = now;
  }
}
