import { FRACTIONAL } from "@flor/machine";

/** The best delivery rate of this cycle of probing and of the one before: draft-ietf-ccwg-bbr section 5.5.3. */
export class MaxBandwidth {
  #present: number = FRACTIONAL;
  #previous: number = FRACTIONAL;

  /** Octets a millisecond, 0: none was seen. */
  get value(): number {
    return Math.max(this.#present, this.#previous);
  }

  update(rate: number): void {
    this.#present = Math.max(this.#present, rate);
  }

  /** A cycle is over; one without any sample changes nothing. */
  advance(): void {
    if (this.#present === 0) return;
    this.#previous = this.#present;
    this.#present = 0;
  }
}
