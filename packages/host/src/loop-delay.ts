import { type ELDHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { LoopDelayStatus } from "@flor/node";

/** A half of what is remembered. */
const PERIOD_MS = 10_000;
const NANOSECONDS_PER_MS = 1_000_000;

/**
 * How long events wait for the event loop, over the last 10 to 20 s: how long each of its rounds is busy. It wakes an idle
 * process for nothing, and keeps none alive.
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

function monitor(): ELDHistogram {
  const histogram = monitorEventLoopDelay({ samplePerIteration: true });
  histogram.enable();
  return histogram;
}

/** Milliseconds with one decimal. */
function delay(nanoseconds: number): number {
  return Math.round((nanoseconds / NANOSECONDS_PER_MS) * 10) / 10;
}
