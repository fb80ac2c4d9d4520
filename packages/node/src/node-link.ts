import type { Adjacency } from "./adjacency.ts";
import type { FrameDoor } from "./frame-door.ts";
import type { TransitQueue } from "./transit-queue.ts";

/** A link as the data path sees it. */
export class NodeLink {
  readonly name: string;
  readonly kind: string;
  /** The Flor IO end; `undefined` while the link is not attached. */
  door: FrameDoor | undefined;
  /** By port number. */
  readonly ports: (Adjacency | undefined)[] = [];
  /** By port key, present links and those that are away for a while. */
  readonly adjacencies: Map<string, Adjacency> = new Map();
  /** Frames in transit that wait for credit. */
  readonly transit: TransitQueue;

  constructor(name: string, kind: string, transit: TransitQueue) {
    this.name = name;
    this.kind = kind;
    this.transit = transit;
  }
}
