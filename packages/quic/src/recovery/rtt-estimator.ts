import { FRACTIONAL, type Instant } from "@flor/machine";

/** RFC 9002 section 6.2.2, milliseconds. */
const INITIAL_RTT_MS = 333;
/** RFC 9002 section 6.1.2: kGranularity. */
export const GRANULARITY_MS = 1;
/** The least round trip is looked for again after this long: paths change. */
const MIN_RTT_WINDOW_MS = 300_000;

/** Round trip times, RFC 9002 section 5. */
export class RttEstimator {
  latest: number = FRACTIONAL;
  smoothed: number = INITIAL_RTT_MS;
  variation: number = INITIAL_RTT_MS / 2;
  /** Infinity before the first sample. */
  least: number = Infinity;
  /** When the first sample was taken; -1: not yet. */
  firstSampleAt: Instant = -1;
  #leastAt: Instant = FRACTIONAL;

  /**
   * Takes a sample, section 5.3.
   *
   * @param ackDelay the peer's, decoded and bounded already
   */
  update(sample: number, ackDelay: number, now: Instant): void {
    this.latest = sample;
    if (this.firstSampleAt < 0) {
      this.firstSampleAt = now;
      this.smoothed = sample;
      this.variation = sample / 2;
      this.#setLeast(sample, now);
      return;
    }
    if (sample <= this.least || now - this.#leastAt > MIN_RTT_WINDOW_MS) this.#setLeast(sample, now);
    const adjusted = sample >= this.least + ackDelay ? sample - ackDelay : sample;
    this.variation = 0.75 * this.variation + 0.25 * Math.abs(this.smoothed - adjusted);
    this.smoothed = 0.875 * this.smoothed + 0.125 * adjusted;
  }

  /** Forgets all samples: the path is another. */
  restart(): void {
    this.latest = 0;
    this.smoothed = INITIAL_RTT_MS;
    this.variation = INITIAL_RTT_MS / 2;
    this.least = Infinity;
    this.firstSampleAt = -1;
  }

  /** What a probe waits for, without the peer's delay: RFC 9002 section 6.2.1. */
  get probeTimeout(): number {
    return this.smoothed + Math.max(4 * this.variation, GRANULARITY_MS);
  }

  #setLeast(sample: number, now: Instant): void {
    this.least = sample;
    this.#leastAt = now;
  }
}
