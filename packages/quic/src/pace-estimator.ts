/**
 * How fast to send: BBR's pacing, from figures that the QUIC engine reports. The engine runs BBR for its window but
 * hides the rate, and a window sent at once overruns any buffer that is smaller.
 *
 *   startup ── the rate no longer grows ──▶ drain ──▶ probe ──▶ observe ── congestion ──▶ rest (six rounds)
 *      ▲                                                ▲          │                           │
 *      │                                                └──────────┴─── none ──────────────────┘
 *      └── three probes in a row without congestion, and growth
 */
import type { Instant } from "@flor/machine";

/** Sent in the first round trip, when nothing is known: one bundle. */
const FIRST_ROUND_OCTETS = 64_000;
/** Doubles the rate each round while the path takes it. */
const STARTUP_GAIN = 2;
/** A queue seen in startup may be a late thread: the rate is asked, with less at stake. */
const STARTUP_QUEUED_GAIN = 1.25;
/** Startup ends when the rate grew less than this in so many rounds; in fewer when a queue shows. */
const STARTUP_GROWTH = 1.2;
const STARTUP_FLAT_ROUNDS = 2;
const STARTUP_QUEUED_FLAT_ROUNDS = 1;
/** One round that empties the queue which startup built. */
const DRAIN_GAIN = 0.5;
const PROBE_GAIN = 1.25;
/** A probe that raised the rate this much met no bottleneck, whatever made the round trips longer. */
const PROBE_GROWTH = 1.1;
/** One round that drains what a probe queued. */
const AFTER_PROBE_GAIN = 0.75;
const REST_ROUNDS = 6;
/** So many probes in a row without congestion, and the path is worth doubling again. */
const CLEAN_PROBES = 3;
/** While a queue is in sight, it is drained: the best rate of ten rounds lies above the mean one. */
const QUEUED_GAIN = 0.9;
/** A queue: a quarter more than the least round trip, and more than a scheduler's whim. */
const QUEUE_RTT_FACTOR = 1.25;
const QUEUE_RTT_MS = 4;
/** More than this lost means a full buffer; less may be the radio. */
const CONGESTION_LOSS = 0.02;
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
  /** Since the connection began. */
  readonly sentPackets: number;
  readonly lostPackets: number;
}

type Phase = "startup" | "drain" | "probe" | "observe" | "rest";

/** Estimates one connection's pace. Rounds are counted by time, one least round trip each. */
export class PaceEstimator {
  #phase: Phase = "startup";
  /** Best rate of each of the last rounds, octets a millisecond; the present round first. */
  readonly #rates: number[] = [0];
  #roundAt: Instant = 0;
  #roundHeld = false;
  #rateAtGrowth = 0;
  #flatRounds = 0;
  #restedRounds = 0;
  #cleanProbes = 0;
  #leastRttMs = Infinity;
  #leastRttAt: Instant = 0;
  #rateAtProbe = 0;
  #sentAtProbe = 0;
  #lostAtProbe = 0;

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
    const isQueued = rttMs > QUEUE_RTT_FACTOR * this.#leastRttMs + QUEUE_RTT_MS;
    if (now - this.#roundAt >= this.#leastRttMs) this.#endRound(sample, isQueued, now);
    const rate = Math.max(...this.#rates);
    const floor = this.#phase === "startup" ? FIRST_ROUND_OCTETS / rttMs : 0;
    return Math.min(Math.max(this.#gain(isQueued) * rate, floor), this.#ceiling(sample, rttMs));
  }

  #gain(isQueued: boolean): number {
    // What doubling queues until the round ends may be more than the buffer.
    if (this.#phase === "startup") return isQueued ? STARTUP_QUEUED_GAIN : STARTUP_GAIN;
    if (this.#phase === "drain") return DRAIN_GAIN;
    if (this.#phase === "probe") return PROBE_GAIN;
    if (this.#phase === "observe" && isQueued) return AFTER_PROBE_GAIN;
    return isQueued ? QUEUED_GAIN : 1;
  }

  #ceiling(sample: PaceSample, rttMs: number): number {
    return (WINDOW_GAIN * sample.congestionWindowOctets) / rttMs;
  }

  #noteRtt(rttMs: number, now: Instant): void {
    if (rttMs > this.#leastRttMs && now - this.#leastRttAt < LEAST_RTT_WINDOW_MS) return;
    this.#leastRttMs = rttMs;
    this.#leastRttAt = now;
  }

  #endRound(sample: PaceSample, isQueued: boolean, now: Instant): void {
    this.#roundAt = now;
    // An idle connection learns and forgets nothing: what it measures is the application, not the path.
    if (!this.#roundHeld) return;
    this.#roundHeld = false;
    this.#phase = this.#nextPhase(sample, isQueued);
    this.#rates.unshift(0);
    this.#rates.length = Math.min(this.#rates.length, RATE_ROUNDS);
  }

  #nextPhase(sample: PaceSample, isQueued: boolean): Phase {
    switch (this.#phase) {
      case "startup":
        return this.#grows(isQueued ? STARTUP_QUEUED_FLAT_ROUNDS : STARTUP_FLAT_ROUNDS) ? "startup" : "drain";
      case "probe":
        return "observe";
      case "observe":
        return this.#isCongested(sample, isQueued) ? this.#rest() : this.#probeAgain(sample);
      case "rest":
        this.#restedRounds += 1;
        return this.#restedRounds < REST_ROUNDS ? "rest" : this.#probe(sample);
      default:
        return this.#probe(sample);
    }
  }

  #probe(sample: PaceSample): Phase {
    this.#rateAtProbe = Math.max(...this.#rates);
    this.#sentAtProbe = sample.sentPackets;
    this.#lostAtProbe = sample.lostPackets;
    return "probe";
  }

  #rest(): Phase {
    this.#restedRounds = 0;
    this.#cleanProbes = 0;
    return "rest";
  }

  // Whatever ended startup, it was not this path's limit.
  #probeAgain(sample: PaceSample): Phase {
    this.#cleanProbes += 1;
    if (this.#cleanProbes < CLEAN_PROBES || !this.#grows(STARTUP_FLAT_ROUNDS)) return this.#probe(sample);
    this.#cleanProbes = 0;
    return "startup";
  }

  /** The part of what was sent since the probe began that was lost. */
  #lost(sample: PaceSample): number {
    const sent = Math.max(sample.sentPackets - this.#sentAtProbe, 1);
    return (sample.lostPackets - this.#lostAtProbe) / sent;
  }

  #isCongested(sample: PaceSample, isQueued: boolean): boolean {
    if (this.#lost(sample) > CONGESTION_LOSS) return true;
    return isQueued && Math.max(...this.#rates) < PROBE_GROWTH * this.#rateAtProbe;
  }

  /** Whether the rate grew as startup should make it in one of the last `rounds`. */
  #grows(rounds: number): boolean {
    const rate = Math.max(...this.#rates);
    if (rate >= STARTUP_GROWTH * this.#rateAtGrowth) {
      this.#rateAtGrowth = rate;
      this.#flatRounds = 0;
    } else this.#flatRounds += 1;
    return this.#flatRounds < rounds;
  }
}
