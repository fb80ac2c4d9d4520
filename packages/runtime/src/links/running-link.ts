import type { LinkStatus, WantedNeighbour } from "@flor/node";

/** A link of a running node, of whatever kind. */
export interface RunningLink {
  readonly name: string;
  start(): void;
  /** Ends it, if it runs, and starts it. */
  restart(): void;
  /** Nothing new leaves through it, and its neighbours are told, until it is ready again. */
  vacate(): void;
  /** Ends it; resolves when nothing is left of it. */
  stop(): Promise<void>;
  /** Tells the link its neighbours, now and after each restart. */
  setNeighbours(neighbours: readonly WantedNeighbour[]): void;
  status(): LinkStatus;
  /** The last lines that it printed, oldest first; empty for a link without a process. */
  readonly recentLines: readonly string[];
  /** Instance ids of the nodes beneath, nearest first; empty for a link that is no node. */
  readonly ancestry: readonly Uint8Array[];
}
