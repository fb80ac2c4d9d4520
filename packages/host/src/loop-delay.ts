import { type ELDHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { LoopDelayStatus } from "@flor/node";

/** A half of what is remembered. */
const PERIOD_MS = 10_000;
const NANOSECONDS_PER_MS = 1_000_000;
/** A Node that cannot look at each round, such as 24.12, looks this often. */
const RESOLUTION_MS = 20;

/**
 * How long events wait for the event loop, over the last 10 to 20 s: how long each of its rounds is busy, or, in an older
 * Node, how late a timer is. It keeps no process alive, and wakes an idle one for nothing but that timer.
 */
export class LoopDelay {
  // Histograms of this kind cannot be merged: two of them restart in turns, and the older one is read.
  #older: ELDHistogram = monitor();
  #younger: ELDHistogram = monitor();
  readonly #timer = setInterval(() => this.#turnOver(), PERIOD_MS).unref();

  /** An event waits so long at most: until the round that is busy when it comes has ended. */
  status(): LoopDelayStatus {
    const { max, count } = this.#older;
    if (count === 0) return { p50: 0, p99: 0, max: 0 };
    return { p50: delay(this.#older.percentile(50)), p99: delay(this.#older.percentile(99)), max: delay(max) };
  }

  /** Looks no more. */
  close(): void {
    clearInterval(this.#timer);
    this.#older.disable();
    this.#younger.disable();
  }

  #turnOver(): void {
    const oldest = this.#older;
    this.#older = this.#younger;
    this.#younger = oldest;
    oldest.reset();
  }
}

/** Whether Node looks at each round; known once the first histogram was made. */
let isPerRound = false;

function monitor(): ELDHistogram {
  const histogram = monitorEventLoopDelay({
    resolution: RESOLUTION_MS,
    // Only a Node that knows this option reads it.
    get samplePerIteration() {
      isPerRound = true;
      return true;
    },
  });
  histogram.enable();
  return histogram;
}

/** Milliseconds with one decimal. */
function delay(nanoseconds: number): number {
  // What a timer measures begins with its own time.
  const ms = nanoseconds / NANOSECONDS_PER_MS - (isPerRound ? 0 : RESOLUTION_MS);
  return Math.max(0, Math.round(ms * 10) / 10);
}
