/**
 * How fast to send: BBR's pacing, from figures that the QUIC engine reports. The engine runs BBR for its window but
 * hides the rate, and a window sent at once overruns any buffer that is smaller.
 */
import type { Instant } from "@flor/machine";

/** Sent in the first round trip, when nothing is known: one bundle. */
const FIRST_ROUND_OCTETS = 64_000;
/** Doubles the rate each round while the path takes it. */
const STARTUP_GAIN = 2;
/** One round that empties the queue which startup built. */
const DRAIN_GAIN = 0.5;
/** One round of probing for more, one to drain what that queued, six of cruising. */
const CYCLE_GAINS: readonly number[] = [1.25, 0.75, 1, 1, 1, 1, 1, 1];
/** While cruising with a queue in sight, it is drained: the best rate of ten rounds lies above the mean one. */
const QUEUED_GAIN = 0.9;
/** Startup ends when the rate grew less than this in two rounds … */
const STARTUP_GROWTH = 1.25;
const STARTUP_FLAT_ROUNDS = 2;
/** … or when the round trip shows a queue: a quarter more than the least seen, and more than a scheduler's whim. */
const QUEUE_RTT_FACTOR = 1.25;
const QUEUE_RTT_MS = 4;
/** Never faster than the window over the round trip by more than this: that is the true rate once the window binds. */
const WINDOW_GAIN = 1.25;
/** The best rate of this many rounds counts. */
const RATE_ROUNDS = 10;
/** The least round trip is forgotten after this long, since paths change. */
const LEAST_RTT_WINDOW_MS = 10_000;

/** What the engine reports of the path. */
export interface PaceSample {
  /** Smoothed; whole milliseconds. */
  readonly rttMs: number;
  readonly congestionWindowOctets: number;
  readonly deliveryRateOctetsPerSecond: number;
}

/** Estimates one connection's pace. Rounds are counted by time, one least round trip each. */
export class PaceEstimator {
  #phase: "startup" | "drain" | "cruise" = "startup";
  /** Best rate of each of the last rounds, octets a millisecond; the present round first. */
  readonly #rates: number[] = [0];
  #roundAt: Instant = 0;
  #roundHeld = false;
  #rateAtGrowth = 0;
  #flatRounds = 0;
  #cycle = 0;
  #leastRttMs = Infinity;
  #leastRttAt: Instant = 0;

  /**
   * Takes a sample and returns the pace, octets a millisecond.
   *
   * @param held whether the pacer held something back since the last sample: a rate below the pace says something
   *   about the path only then
   */
  update(sample: PaceSample, held: boolean, now: Instant): number {
    const rttMs = Math.max(sample.rttMs, 1);
    this.#noteRtt(rttMs, now);
    this.#roundHeld ||= held;
    this.#rates[0] = Math.max(this.#rates[0] ?? 0, sample.deliveryRateOctetsPerSecond / 1000);
    if (now - this.#roundAt >= this.#leastRttMs) this.#endRound(rttMs, now);
    return Math.min(this.#pace(rttMs), (WINDOW_GAIN * sample.congestionWindowOctets) / rttMs);
  }

  #pace(rttMs: number): number {
    const rate = Math.max(...this.#rates);
    if (this.#phase === "startup") return STARTUP_GAIN * Math.max(rate, FIRST_ROUND_OCTETS / STARTUP_GAIN / rttMs);
    if (this.#phase === "drain") return DRAIN_GAIN * rate;
    const gain = CYCLE_GAINS[this.#cycle] ?? 1;
    return rate * (gain <= 1 && this.#isQueued(rttMs) ? gain * QUEUED_GAIN : gain);
  }

  #noteRtt(rttMs: number, now: Instant): void {
    if (rttMs > this.#leastRttMs && now - this.#leastRttAt < LEAST_RTT_WINDOW_MS) return;
    this.#leastRttMs = rttMs;
    this.#leastRttAt = now;
  }

  #isQueued(rttMs: number): boolean {
    return rttMs > QUEUE_RTT_FACTOR * this.#leastRttMs + QUEUE_RTT_MS;
  }

  #endRound(rttMs: number, now: Instant): void {
    this.#roundAt = now;
    if (this.#phase === "startup") this.#judgeStartup(rttMs);
    else if (this.#phase === "drain") this.#phase = "cruise";
    else this.#cycle = (this.#cycle + 1) % CYCLE_GAINS.length;
    // An idle connection forgets nothing: what it measures is the application, not the path.
    if (!this.#roundHeld) return;
    this.#roundHeld = false;
    this.#rates.unshift(0);
    this.#rates.length = Math.min(this.#rates.length, RATE_ROUNDS);
  }

  #judgeStartup(rttMs: number): void {
    if (!this.#roundHeld) return;
    const rate = Math.max(...this.#rates);
    if (rate >= STARTUP_GROWTH * this.#rateAtGrowth) {
      this.#rateAtGrowth = rate;
      this.#flatRounds = 0;
    } else this.#flatRounds += 1;
    if (this.#isQueued(rttMs) || this.#flatRounds >= STARTUP_FLAT_ROUNDS) this.#phase = "drain";
  }
}
