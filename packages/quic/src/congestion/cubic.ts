import type { Instant } from "@flor/machine";
import type { CongestionController, CongestionOptions } from "./congestion-controller.ts";
import { type Avoidance, LossBasedController } from "./loss-based-controller.ts";

/** RFC 9438 section 4.1: C in datagrams a cubic second, and the factor of a reduction. */
const C = 0.4;
const BETA = 0.7;
/** Section 4.3: as fast as Reno would be, with this reduction. */
const RENO_ALPHA = (3 * (1 - BETA)) / (1 + BETA);
/** Section 4.4: no more than half a window more in a round trip. */
const TARGET_MAX = 1.5;

/** The window as a cubic function of the time since the last reduction, RFC 9438 section 4. */
class CubicAvoidance implements Avoidance {
  readonly reduction = BETA;
  /** Datagrams: the window before the last reduction, and the one to come back to. */
  #prior = 0;
  #max = 0;
  /** Seconds until the window is back at `#max`. */
  #k = 0;
  #epochAt: Instant | undefined;
  /** What Reno's window would be, datagrams. */
  #reno = 0;
  #undo = { prior: 0, max: 0, k: 0, epochAt: undefined as Instant | undefined, reno: 0 };

  grow(window: number, ackedOctets: number, datagramOctets: number, rttMs: number, now: Instant): number {
    const present = window / datagramOctets;
    if (this.#epochAt === undefined) this.#startEpoch(present, now);
    const seconds = (now - this.#epochAt! + rttMs) / 1000;
    const cubic = C * (seconds - this.#k) ** 3 + this.#max;
    const alpha = this.#reno >= this.#prior ? 1 : RENO_ALPHA;
    this.#reno += (alpha * ackedOctets) / window;
    if (cubic < this.#reno) return Math.max(window, this.#reno * datagramOctets);
    const target = Math.min(Math.max(cubic, present), TARGET_MAX * present);
    return window + ((target - present) / present) * ackedOctets;
  }

  handleReduced(before: number, after: number, datagramOctets: number, now: Instant): void {
    this.#undo = { prior: this.#prior, max: this.#max, k: this.#k, epochAt: this.#epochAt, reno: this.#reno };
    const window = before / datagramOctets;
    // Fast convergence, section 4.7: a flow that did not get back makes room for others.
    this.#max = window < this.#max ? (window * (1 + BETA)) / 2 : window;
    this.#prior = window;
    this.#reno = after / datagramOctets;
    this.#k = Math.cbrt(Math.max(this.#max - this.#reno, 0) / C);
    this.#epochAt = now;
  }

  handleUndone(): void {
    this.#prior = this.#undo.prior;
    this.#max = this.#undo.max;
    this.#k = this.#undo.k;
    this.#epochAt = this.#undo.epochAt;
    this.#reno = this.#undo.reno;
  }

  #startEpoch(window: number, now: Instant): void {
    this.#epochAt = now;
    this.#reno = window;
    this.#max = Math.max(this.#max, window);
    this.#k = Math.cbrt((this.#max - window) / C);
  }
}

/** CUBIC, RFC 9438, with HyStart++, RFC 9406. */
export function cubic(options: CongestionOptions): CongestionController {
  return new LossBasedController(options, new CubicAvoidance());
}
