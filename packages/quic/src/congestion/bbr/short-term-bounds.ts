/**
 * The short-term model: what losses since the last probe say about rate and volume, draft-ietf-ccwg-bbr section
 * 5.5.10.3. It differs from the draft in one point: a round that loses no more than probing tolerates changes nothing.
 * The draft gives up the lost share of the rate every round, which at 1 % at random is a third of the line by the end of
 * a cycle.
 */
import { FRACTIONAL, LARGE_COUNT } from "@flor/machine";
import type { DeliveryRateSampler } from "../delivery-rate-sampler.ts";

/** BBR.Beta: no faster down than CUBIC. */
const REDUCTION = 0.7;
/** Losses of rounds before count too, half as much each: one round alone is a small sample. */
const ROUND_DECAY = 0.5;

export class ShortTermBounds {
  /** Octets a millisecond; Infinity: unbounded. */
  bandwidth: number = Infinity;
  /** Octets in flight; Infinity: unbounded. */
  inFlight: number = Infinity;
  /** Whether this acknowledgement begins a round, as losses count them. */
  isRoundStart = false;
  /** The best rate and the largest volume delivered in this round. */
  #latestRate: number = FRACTIONAL;
  #latestDelivered: number = LARGE_COUNT;
  #roundEndsAt: number = LARGE_COUNT;
  #deliveredAtStart: number = LARGE_COUNT;
  #lostAtStart = 0;
  #recentDelivered: number = LARGE_COUNT;
  #recentLost: number = LARGE_COUNT;

  /** The largest volume recently delivered in one round trip. */
  get latestDelivered(): number {
    return this.#latestDelivered;
  }

  /** Takes the sample of an acknowledgement; near the start of its processing. */
  update(sampler: DeliveryRateSampler): void {
    this.isRoundStart = false;
    this.#latestRate = Math.max(this.#latestRate, sampler.rate);
    this.#latestDelivered = Math.max(this.#latestDelivered, sampler.sampleDelivered);
    if (sampler.priorDelivered < this.#roundEndsAt) return;
    this.#roundEndsAt = sampler.delivered;
    this.isRoundStart = true;
    this.#countRound(sampler);
  }

  /** Octets lost, and sent, in the last rounds. */
  get recentlyLost(): number {
    return this.#recentLost;
  }

  get recentlySent(): number {
    return this.#recentDelivered + this.#recentLost;
  }

  /** Lowers the bounds at the end of a round that lost too much. */
  lower(maxBandwidth: number, window: number): void {
    if (this.bandwidth === Infinity) this.bandwidth = maxBandwidth;
    if (this.inFlight === Infinity) this.inFlight = window;
    this.bandwidth = Math.max(this.#latestRate, REDUCTION * this.bandwidth);
    this.inFlight = Math.max(this.#latestDelivered, REDUCTION * this.inFlight);
  }

  /** Octets lost whose loss has been answered already. */
  excuse(octets: number): void {
    this.#lostAtStart += octets;
  }

  /** Near the end of the processing of an acknowledgement. */
  advance(sampler: DeliveryRateSampler): void {
    if (!this.isRoundStart) return;
    this.#latestRate = sampler.rate;
    this.#latestDelivered = sampler.sampleDelivered;
  }

  /** Forgets what this round delivered and lost. */
  clearSignals(sampler: DeliveryRateSampler): void {
    this.#deliveredAtStart = sampler.delivered;
    this.#lostAtStart = sampler.lost;
    this.#latestRate = 0;
    this.#latestDelivered = 0;
    this.#recentDelivered = 0;
    this.#recentLost = 0;
  }

  /** Lifts the bounds. */
  reset(): void {
    this.bandwidth = Infinity;
    this.inFlight = Infinity;
  }

  #countRound(sampler: DeliveryRateSampler): void {
    const delivered = sampler.delivered - this.#deliveredAtStart;
    const lost = Math.max(sampler.lost - this.#lostAtStart, 0);
    this.#recentDelivered = ROUND_DECAY * this.#recentDelivered + delivered;
    this.#recentLost = ROUND_DECAY * this.#recentLost + lost;
    this.#deliveredAtStart = sampler.delivered;
    this.#lostAtStart = sampler.lost;
  }
}
