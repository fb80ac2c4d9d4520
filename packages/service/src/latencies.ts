/** Number of recent opens whose times are kept: enough for a median and a 99th percentile. */
const SAMPLES = 64;

/** How long recent opens took. */
export class Latencies {
  /** Made for the first open: most backends of most services are never used. */
  #samples: Float32Array | undefined;
  #count = 0;

  /** @param ms from the client's request to the target's connection */
  add(ms: number): void {
    this.#samples ??= new Float32Array(SAMPLES);
    this.#samples[this.#count % SAMPLES] = ms;
    this.#count += 1;
  }

  /** The time that a share of the opens kept within, milliseconds; `undefined`: there were none. @param share 0 to 1 */
  percentile(share: number): number | undefined {
    if (this.#samples === undefined) return undefined;
    const sorted = this.#samples.slice(0, Math.min(SAMPLES, this.#count)).toSorted();
    return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  }
}
