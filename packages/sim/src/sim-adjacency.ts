import { COST_MAX, FlapDamping } from "@flor/link-state";
import type { Instant } from "@flor/machine";
import type { ControlMessage } from "@flor/wire";
import type { Cable } from "./cables.ts";

/** As of packages/link-state: tenths of a millisecond. */
const COST_PER_MS = 10;

/** A cable as the node at one end sees it. */
export class SimAdjacency {
  readonly to: number;
  readonly cable: Cable;
  readonly label: number;
  /** Hellos are heard over it. */
  isAlive = false;
  /** When it counts as silent; Infinity: hellos are heard. */
  silentAt: Instant = Infinity;
  /** Number of the current control channel, or of the last one. */
  channel = 0;
  /** What was said while nothing crossed; QUIC retransmits it. */
  readonly unsent: ControlMessage[] = [];
  /** Messages that were sent into it, and their octets. */
  sentMessages = 0;
  sentOctets = 0;
  readonly #damping = new FlapDamping();

  constructor(to: number, cable: Cable, label: number) {
    this.to = to;
    this.cable = cable;
    this.label = label;
  }

  /** The cost that its node advertises, as packages/node/src/topology.ts does. */
  advertisedCost(now: Instant): number {
    return this.isAlive && now < this.heldUntil ? COST_MAX : this.cost;
  }

  /** The cost of crossing it, from its latency alone. */
  get cost(): number {
    return Math.max(1, Math.round(COST_PER_MS * (this.cable.latencyMs + 1)));
  }

  get heldUntil(): Instant {
    return this.#damping.heldUntil;
  }

  /** Alive, and has been for a while. */
  isSteady(now: Instant): boolean {
    return this.isAlive && now >= this.heldUntil;
  }

  /** Hellos are heard again. */
  rise(): void {
    this.isAlive = true;
    this.silentAt = Infinity;
    this.channel += 1;
  }

  /** It fell silent. */
  fall(now: Instant): void {
    this.isAlive = false;
    this.silentAt = Infinity;
    this.unsent.length = 0;
    this.#damping.handleDown(now);
  }
}
