/** Whether this node carries frames from one neighbour to another, and how it stops: first it says so, then it drops. */
import type { LinkState } from "@flor/link-state";
import type { Instant } from "@flor/machine";
import { type Forwarder, TRANSIT_GRACE_MS } from "./forward.ts";
import type { NodeHost } from "./node-host.ts";
import type { TransitStatus } from "./status.ts";

/** What the duty needs of its node. */
export interface TransitDutyOptions {
  readonly linkState: Pick<LinkState, "setLeaf">;
  readonly forwarder: Forwarder;
  readonly log: NodeHost["log"];
}

/** See the head of this file. */
export class TransitDuty {
  readonly #options: TransitDutyOptions;
  #carries: boolean;

  /** @param carries as link state says from the start */
  constructor(carries: boolean, options: TransitDutyOptions) {
    this.#options = options;
    this.#carries = carries;
    if (!carries) options.forwarder.refusesTransitFrom = -Infinity;
  }

  /** Takes up the duty, or gives it up: others hear of it at once, and find other ways while frames under way are carried. */
  set(carries: boolean, now: Instant): void {
    if (carries === this.#carries) return;
    this.#carries = carries;
    const { linkState, forwarder, log } = this.#options;
    forwarder.refusesTransitFrom = carries ? Infinity : now + TRANSIT_GRACE_MS;
    linkState.setLeaf(!carries);
    log("info", carries ? "transit-carried" : "transit-refused", {});
  }

  status(now: Instant): TransitStatus {
    const { refusesTransitFrom, framesForwarded, transitAt } = this.#options.forwarder;
    return {
      carries: this.#carries,
      frames: framesForwarded,
      ...(transitAt > -Infinity && { lastAgoMs: Math.max(0, Math.round(now - transitAt)) }),
      ...(!this.#carries && refusesTransitFrom > now && { stillForMs: Math.round(refusesTransitFrom - now) }),
    };
  }
}
