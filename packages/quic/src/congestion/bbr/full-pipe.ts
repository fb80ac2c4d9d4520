/** Whether sending faster still brings more: draft-ietf-ccwg-bbr section 5.3.1.2. */

const GROWTH = 1.25;
const FLAT_ROUNDS = 3;

export class FullPipe {
  /** No more came in three rounds of sending faster. */
  isFullNow = false;
  /** The same, ever. */
  isReached = false;
  #rate = 0;
  #flatRounds = 0;

  /** Looks again, from this rate on. */
  restart(rate: number): void {
    this.#rate = rate;
    this.#flatRounds = 0;
    this.isFullNow = false;
  }

  /** A round whose rate was not limited by ourselves is over. */
  handleRound(rate: number): void {
    if (this.isFullNow) return;
    if (rate >= GROWTH * this.#rate) return this.restart(rate);
    this.#flatRounds += 1;
    this.isFullNow = this.#flatRounds >= FLAT_ROUNDS;
    if (this.isFullNow) this.isReached = true;
  }
}
