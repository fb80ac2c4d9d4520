/**
 * When a node that has another key stands in the layer under those before as well: while a neighbour knows it by such a one
 * alone, or flows go over sessions with one.
 */
import type { Instant } from "@flor/machine";
import type { NodeRooms } from "./node-rooms.ts";

/** The new key is known everywhere by then. */
const LEAST_MS = 5000;
const LOOK_MS = 1000;

/** See the head of this file. */
export class FormerKeys {
  readonly #node: Pick<NodeRooms, "sessions" | "control" | "topology">;
  #lookAt: Instant | undefined;

  constructor(node: Pick<NodeRooms, "sessions" | "control" | "topology">) {
    this.#node = node;
  }

  /** The node has another key since now. */
  begin(now: Instant): void {
    this.#lookAt = now + LEAST_MS;
  }

  /** No former key is valid any more. */
  end(): void {
    this.#lookAt = undefined;
  }

  nextTimeout(): Instant | undefined {
    return this.#lookAt;
  }

  handleTimeout(now: Instant): void {
    if ((this.#lookAt ?? Infinity) > now) return;
    const { sessions, control, topology } = this.#node;
    topology.linkState.speakAsFormer(control.hasFormerNeighbours || sessions.hasFormerFlows, now);
    this.#lookAt = now + LOOK_MS;
  }
}
