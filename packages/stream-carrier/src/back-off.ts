const FIRST_MS = 100;
const MAX_MS = 30_000;
const JITTER = 0.2;

/** Delays between attempts: 100 ms, doubling to 30 s, each up to 20 % shorter or longer so that many do not meet. */
export class BackOff {
  readonly #random: () => number;
  #attempts = 0;

  /** @param random from 0 to 1 */
  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const delay = Math.min(MAX_MS, FIRST_MS * 2 ** this.#attempts);
    this.#attempts += 1;
    return delay * (1 - JITTER + 2 * JITTER * this.#random());
  }

  /** It worked: begin anew. */
  reset(): void {
    this.#attempts = 0;
  }
}
