/**
 * How long a node that has another key stands in the layer under the key before as well: while a neighbour knows it by that
 * one alone, or flows go over sessions with it.
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

  nextTimeout(): Instant | undefined {
    return this.#lookAt;
  }

  handleTimeout(now: Instant): void {
    if ((this.#lookAt ?? Infinity) > now) return;
    const { sessions, control, topology } = this.#node;
    const isNeeded = control.hasFormerNeighbours || sessions.hasFormerFlows;
    if (!isNeeded) topology.linkState.endFormer(now);
    this.#lookAt = isNeeded ? now + LOOK_MS : undefined;
  }
}
