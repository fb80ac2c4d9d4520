import { type ELDHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import type { LoopDelayStatus } from "@flor/node";

/** The loop is looked at this often: what is shorter delays nobody noticeably. */
const RESOLUTION_MS = 20;
/** A half of what is remembered. */
const PERIOD_MS = 10_000;
const NANOSECONDS_PER_MS = 1_000_000;

/** How long events wait for the event loop, over the last 10 to 20 s. It keeps no process alive. */
export class LoopDelay {
  // Histograms of this kind cannot be merged: two of them restart in turns, and the older one is read.
  #older: ELDHistogram = monitor();
  #younger: ELDHistogram = monitor();
  readonly #timer = setInterval(() => this.#turnOver(), PERIOD_MS).unref();

  /** The delays, beyond what the timer itself takes. */
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
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return histogram;
}

/** Milliseconds with one decimal. */
function delay(nanoseconds: number): number {
  return Math.max(0, Math.round((nanoseconds / NANOSECONDS_PER_MS - RESOLUTION_MS) * 10) / 10);
}
