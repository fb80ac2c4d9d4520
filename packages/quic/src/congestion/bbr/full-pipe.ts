import { FRACTIONAL } from "@flor/machine";

/**
 * Whether sending more still brings more: draft-ietf-ccwg-bbr section 5.3.1.2.
 *
 * The draft looks at the rate alone. On a host whose turns come late it stays where it is for three rounds by chance, at
 * any rate: there a round counts as flat only when more was in flight in it. And its best rate counts, not its first.
 */

const GROWTH = 1.25;
const FLAT_ROUNDS = 3;
/** So much more has to be in flight than when the rate grew last. */
const OFFERED_GROWTH = 1.4;

export class FullPipe {
  /** No more came in three rounds of sending more. */
  isFullNow = false;
  /** The same, ever. */
  isReached = false;
  /** Octets in flight when the rate grew last. */
  offered = 0;
  #rate: number = FRACTIONAL;
  #flatRounds = 0;

  /** Looks again, from this rate and volume on. */
  restart(rate: number, inFlight: number): void {
    this.#rate = rate;
    this.offered = inFlight;
    this.#flatRounds = 0;
    this.isFullNow = false;
  }

  /**
   * A round that was not limited by ourselves is over.
   *
   * @param rate its best delivery rate
   * @param inFlight what was in flight in it at most
   * @param isOffered whether the pace alone is known to ask for more
   */
  handleRound(rate: number, inFlight: number, isOffered: boolean): void {
    if (this.isFullNow) return;
    if (rate >= GROWTH * this.#rate) return this.restart(rate, inFlight);
    if (!isOffered && inFlight < OFFERED_GROWTH * this.offered) return;
    this.#flatRounds += 1;
    this.isFullNow = this.#flatRounds >= FLAT_ROUNDS;
    if (this.isFullNow) this.isReached = true;
  }
}
