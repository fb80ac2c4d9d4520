/** A source of chance that a seed repeats: xorshift32, good enough for dice, useless for keys. */
export class SeededRandom {
  #state: number;

  /** @param seed any 32-bit integer; 0 is taken as 1, which the generator needs */
  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }

  /** The next 32-bit word, never 0. */
  nextWord(): number {
    let word = this.#state;
    word ^= word << 13;
    word ^= word >>> 17;
    word ^= word << 5;
    this.#state = word >>> 0;
    return this.#state;
  }

  /** The next number, from 0 up to 1 exclusive. */
  next(): number {
    return this.nextWord() / 0x1_0000_0000;
  }

  /** True with the given probability. Asks no dice at 0, so that unused impairments change no sequence. */
  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }
}
