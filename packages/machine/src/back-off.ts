/** How {@link BackOff} waits. */
export interface BackOffOptions {
  /** Before the second attempt, milliseconds; doubles with each further one. */
  readonly firstMs: number;
  readonly maxMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The one back-off: delays between attempts, doubled from the first to the longest, and {@link varied}. */
export class BackOff {
  readonly #options: BackOffOptions;
  #attempts = 0;

  constructor(options: BackOffOptions) {
    this.#options = options;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const { firstMs, maxMs, random } = this.#options;
    const delayMs = Math.min(maxMs, firstMs * 2 ** this.#attempts);
    this.#attempts += 1;
    return varied(delayMs, random);
  }

  /** An attempt succeeded: the next delay is the first again. */
  reset(): void {
    this.#attempts = 0;
  }
}

/** 75 to 100 % of a delay, so that many who wait do not act in step. @param random uniform in [0, 1) */
export function varied(delayMs: number, random: () => number): number {
  return delayMs * (0.75 + random() / 4);
}
