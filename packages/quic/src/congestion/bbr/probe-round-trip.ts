/** ProbeRTT, draft-ietf-ccwg-bbr section 5.3.4: sends little for a moment, so that the path shows its round trip. */
import { FRACTIONAL, type Instant } from "@flor/machine";
import type { PathModel } from "./path-model.ts";

const DURATION_MS = 200;

export class ProbeRoundTrip {
  /** The flow was silent: that emptied the queue as well as a probe would. */
  isIdleRestart = false;
  readonly #model: PathModel;
  /** When it may end; 0: too much is still in flight. */
  #doneAt: Instant = FRACTIONAL;
  #isRoundOver = false;

  constructor(model: PathModel) {
    this.#model = model;
  }

  /** Whether it is time to begin. */
  get isDue(): boolean {
    return this.#model.phase !== "probe-rtt" && this.#model.roundTrip.isProbeDue && !this.isIdleRestart;
  }

  enter(): void {
    this.#model.phase = "probe-rtt";
    this.#doneAt = 0;
  }

  /** Takes an acknowledgement; returns whether the probe is over. */
  handle(now: Instant, window: number): boolean {
    const model = this.#model;
    model.sampler.markLimited(model.inFlight);
    if (this.#doneAt === 0) {
      if (model.inFlight > window) return false;
      this.#doneAt = now + DURATION_MS;
      this.#isRoundOver = false;
      model.startRound();
      return false;
    }
    if (model.isRoundStart) this.#isRoundOver = true;
    return this.#isRoundOver && this.isOver(now);
  }

  /** Whether little was in flight for long enough. */
  isOver(now: Instant): boolean {
    return this.#doneAt !== 0 && now > this.#doneAt;
  }
}
