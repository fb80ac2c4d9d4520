/**
 * What sending over an adjacency costs, in tenths of a millisecond: from the least round trip of a minute, which a queue
 * of our own traffic does not move, and from loss. It changes in steps, and only what lasts is told.
 */
import type { Instant } from "@flor/machine";

/** Cost before enough is measured. */
export const COST_DEFAULT = 100;
/** The largest cost of one edge. */
export const COST_MAX = 65_535;
const SAMPLES_MIN = 10;
const BUCKET_MS = 10_000;
const BUCKETS = 6;
/** Less than that counts as none. */
const LOSS_IGNORED = 0.01;
/** From this on a change is told at once. */
const LOSS_URGENT = 0.2;
/** Steps are a sixth of a doubling: 12 %. */
const STEPS_PER_DOUBLING = 6;
/** A change of fewer steps is not told. */
const STEPS_MIN = 2;
/** A change is told when it has lasted this long. */
const LASTING_MS = 10_000;

/** One adjacency's cost, from its hellos. */
export class AdjacencyCost {
  readonly #factor: number;
  readonly #minima: { readonly bucket: number; rttMs: number }[] = [];
  /** What the neighbour says that it misses of our hellos, 0 to 1. */
  reportedLoss = 0;
  #samples = 0;
  #told: number = COST_DEFAULT;
  #differsSince: Instant | undefined;

  /** @param factor 1 for datagrams, 1.5 for streams: they stall behind what is lost */
  constructor(factor: number) {
    this.#factor = factor;
  }

  /** What is told, 1 to 65,535. */
  get cost(): number {
    return this.#told;
  }

  /** The least round trip of the last minute, milliseconds. */
  get leastRttMs(): number | undefined {
    return this.#minima.length === 0 ? undefined : Math.min(...this.#minima.map(({ rttMs }) => rttMs));
  }

  /** The share of what is sent over it that is lost. */
  get loss(): number {
    return this.reportedLoss < LOSS_IGNORED ? 0 : this.reportedLoss;
  }

  /** A round trip was measured. */
  handleRoundTrip(rttMs: number, now: Instant): void {
    this.#samples += 1;
    const bucket = Math.floor(now / BUCKET_MS);
    const last = this.#minima.at(-1);
    if (last?.bucket === bucket) last.rttMs = Math.min(last.rttMs, rttMs);
    else this.#minima.push({ bucket, rttMs });
    while ((this.#minima[0]?.bucket ?? bucket) <= bucket - BUCKETS) this.#minima.shift();
  }

  /** It went silent: what was measured before says nothing of what comes after. */
  reset(): void {
    this.reportedLoss = 0;
    this.#minima.length = 0;
    this.#samples = 0;
    this.#differsSince = undefined;
  }

  /** Looks whether the cost changed for good; whether what is told did. */
  review(now: Instant): boolean {
    const cost = this.#measured();
    if (cost === undefined || Math.abs(stepOf(cost) - stepOf(this.#told)) < STEPS_MIN) {
      this.#differsSince = undefined;
      return false;
    }
    this.#differsSince ??= now;
    if (this.loss < LOSS_URGENT && now - this.#differsSince < LASTING_MS) return false;
    this.#differsSince = undefined;
    this.#told = cost;
    return true;
  }

  #measured(): number | undefined {
    const rttMs = this.leastRttMs;
    if (rttMs === undefined || this.#samples < SAMPLES_MIN) return undefined;
    const cost = (10 * (rttMs / 2 + 1) * this.#factor) / Math.max(0.01, (1 - this.loss) ** 2);
    return quantise(cost);
  }
}

function quantise(cost: number): number {
  return Math.min(COST_MAX, Math.max(1, Math.round(2 ** (stepOf(cost) / STEPS_PER_DOUBLING))));
}

function stepOf(cost: number): number {
  return Math.round(STEPS_PER_DOUBLING * Math.log2(Math.max(1, cost)));
}
