/** HyStart++, RFC 9406: leaves slow start when round trips grow, before the buffer is full. */

const LEAST_THRESHOLD_MS = 4;
const GREATEST_THRESHOLD_MS = 16;
const THRESHOLD_DIVISOR = 8;
const SAMPLES = 8;
const CAUTIOUS_GROWTH_DIVISOR = 4;
const CAUTIOUS_ROUNDS = 5;

export class SlowStart {
  #lastRoundMs = Infinity;
  #roundMs = Infinity;
  #samples = 0;
  /** Octets delivered at which the round ends. */
  #roundEndsAt = 0;
  /** The round trip that made us cautious; Infinity: we are not. */
  #baselineMs = Infinity;
  #cautiousRounds = 0;

  /** How much a window may grow when this many octets are acknowledged. */
  growth(ackedOctets: number): number {
    return this.#baselineMs === Infinity ? ackedOctets : ackedOctets / CAUTIOUS_GROWTH_DIVISOR;
  }

  /**
   * Takes the round trip of a frame. Returns whether slow start is over.
   *
   * @param delivered octets delivered so far
   * @param sent the same and what is in flight: when so much is delivered, the round is over
   */
  handleRoundTrip(rttMs: number, delivered: number, sent: number): boolean {
    if (rttMs >= 0) {
      this.#roundMs = Math.min(this.#roundMs, rttMs);
      this.#samples += 1;
    }
    this.#compare();
    if (delivered < this.#roundEndsAt) return false;
    this.#roundEndsAt = sent;
    this.#lastRoundMs = this.#roundMs;
    this.#roundMs = Infinity;
    this.#samples = 0;
    if (this.#baselineMs === Infinity) return false;
    this.#cautiousRounds += 1;
    return this.#cautiousRounds >= CAUTIOUS_ROUNDS;
  }

  #compare(): void {
    if (this.#samples < SAMPLES || this.#roundMs === Infinity || this.#lastRoundMs === Infinity) return;
    if (this.#baselineMs !== Infinity) {
      if (this.#roundMs < this.#baselineMs) this.#baselineMs = Infinity;
      return;
    }
    const threshold = Math.max(
      LEAST_THRESHOLD_MS,
      Math.min(this.#lastRoundMs / THRESHOLD_DIVISOR, GREATEST_THRESHOLD_MS),
    );
    if (this.#roundMs < this.#lastRoundMs + threshold) return;
    this.#baselineMs = this.#roundMs;
    this.#cautiousRounds = 0;
  }
}
