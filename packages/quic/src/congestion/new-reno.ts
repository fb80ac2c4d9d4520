import { type Avoidance, LossBasedController } from "./loss-based-controller.ts";
import type { CongestionController, CongestionOptions } from "./congestion-controller.ts";

/** One datagram more a round trip: RFC 9002 section 7.3.3. */
class RenoAvoidance implements Avoidance {
  readonly reduction = 0.5;
  #acked = 0;

  grow(window: number, ackedOctets: number, datagramOctets: number): number {
    this.#acked += ackedOctets;
    if (this.#acked < window) return window;
    this.#acked -= window;
    return window + datagramOctets;
  }

  handleReduced(): void {
    this.#acked = 0;
  }

  handleUndone(): void {
    this.#acked = 0;
  }
}

/** NewReno, RFC 9002 appendix B. */
export function newReno(options: CongestionOptions): CongestionController {
  return new LossBasedController(options, new RenoAvoidance());
}
