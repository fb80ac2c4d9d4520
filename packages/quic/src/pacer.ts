import type { Instant } from "@flor/machine";

/** A late timer must not cost rate: this much is sent at once however slow the pace is, about ten packets. */
const BURST_MIN_OCTETS = 14_000;
/** Otherwise this much time's worth at once: two ticks of a millisecond timer. */
const BURST_MS = 2;

/**
 * A token bucket that spreads a connection's packets over the round trip. It may be overdrawn by one packet, so that
 * packets of every size pass.
 */
export class Pacer {
  #octetsPerMs = 0;
  #tokens = BURST_MIN_OCTETS;
  #refilledAt: Instant | undefined;

  /** Sets the pace, octets a millisecond; 0: as fast as may be. */
  set octetsPerMs(pace: number) {
    this.#octetsPerMs = pace;
  }

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

  /** When `allows` turns true, with a millisecond's burst since timers are no finer. Meaningful after it said false. */
  releaseAt(now: Instant): Instant {
    return this.#octetsPerMs === 0 ? now : now + 1 - this.#tokens / this.#octetsPerMs;
  }

  #refill(now: Instant): void {
    const elapsed = Math.max(now - (this.#refilledAt ?? now), 0);
    const burst = Math.max(BURST_MIN_OCTETS, BURST_MS * this.#octetsPerMs);
    this.#tokens = Math.min(burst, this.#tokens + elapsed * this.#octetsPerMs);
    this.#refilledAt = Math.max(now, this.#refilledAt ?? now);
  }
}
