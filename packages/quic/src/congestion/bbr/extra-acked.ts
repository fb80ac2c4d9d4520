/**
 * How much more is acknowledged at once than the rate explains, because the path or the hosts gather packets or
 * acknowledgements: draft-ietf-ccwg-bbr section 5.5.9. The window is so much larger.
 */
import { FRACTIONAL, type Instant } from "@flor/machine";

/** Half of ExtraAckedFilterLen: two slots of five rounds each. */
const SLOT_ROUNDS = 5;
/** A clump is a clump of at most this much time's worth: what comes later is a queue. */
const CLUMP_MS_MAX = 50;

export class ExtraAcked {
  #present: number = FRACTIONAL;
  #previous: number = FRACTIONAL;
  #roundsInSlot = 0;
  #intervalAt: Instant = FRACTIONAL;
  #delivered = 0;

  /** Octets. */
  get value(): number {
    return Math.max(this.#present, this.#previous);
  }

  /** The flow was idle: the time without acknowledgements is nobody's clump. */
  restart(now: Instant): void {
    this.#intervalAt = now;
    this.#delivered = 0;
  }

  /** In startup what was seen is old after a round. */
  startRound(isStartup: boolean): void {
    this.#roundsInSlot += 1;
    if (this.#roundsInSlot < (isStartup ? 1 : SLOT_ROUNDS)) return;
    this.#roundsInSlot = 0;
    this.#previous = this.#present;
    this.#present = 0;
  }

  update(newlyAcked: number, bandwidth: number, window: number, now: Instant): void {
    let expected = bandwidth * (now - this.#intervalAt);
    if (this.#delivered <= expected) {
      this.restart(now);
      expected = 0;
    }
    this.#delivered += newlyAcked;
    const extra = Math.min(this.#delivered - expected, window, bandwidth * CLUMP_MS_MAX);
    this.#present = Math.max(this.#present, extra);
  }
}
