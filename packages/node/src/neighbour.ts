import type { Instant } from "@flor/machine";
import type { LinkStateEntry } from "@flor/link-state";
import type { Adjacency } from "./adjacency.ts";

/** Another way, by the neighbours as this node knows them. */
export interface NeighbourDetour {
  readonly nextHop: Neighbour;
  /** Labels to push, top first. */
  readonly push: readonly number[];
}

/** See `Repair` of packages/link-state. */
export interface NeighbourRepair {
  readonly around: ReadonlyMap<number, NeighbourDetour>;
  readonly toward: NeighbourDetour | undefined;
}

/**
 * An adjacent node: all adjacencies with it are parallel (an adjacency set, RFC 8402 section 3.4), so one label leads
 * to it, over whichever link is best now.
 */
export class Neighbour {
  /** Node key: hex of the public key. */
  readonly key: string;
  readonly publicKey: Uint8Array;
  name: string;
  /** Names of the links that lead to it, the preferred one first. */
  preference: readonly string[];
  /** Our label for it; `undefined` until an adjacency came up. */
  label: number | undefined;
  readonly adjacencies: Set<Adjacency> = new Set();
  /** The newest key of this node's by which it has met it: it knows that one. */
  metAs: Uint8Array | undefined;
  /** Dials of it since a connection with it stood last. */
  dials = 0;
  /** Node key of the key that it had before this one; `undefined`: none is known. */
  replaces: string | undefined;
  /** It has another key by now, under which it is adjacent: frames for this one go there. */
  successor: Neighbour | undefined;
  /** That which it is the successor of. */
  predecessor: Neighbour | undefined;
  /** Where frames for it go; `undefined`: nowhere now. */
  best: Adjacency | undefined;
  /** Whether it was heard when {@link best} was chosen last. */
  wasHeard = false;
  /** Whether it was heard at some time. */
  wasEverHeard = false;
  /** When a better one may have proven itself; `undefined`: none is about to. */
  reviewAt: Instant | undefined;

  /** Other ways for frames that should go to it; `undefined`: it is alive, or there are none. */
  repair: NeighbourRepair | undefined;
  /** What it said of itself last, also when that is withdrawn meanwhile: its labels are needed to repair. */
  lastEntry: LinkStateEntry | undefined;

  /** Whether anything is heard of it, over the best adjacency. */
  get isHeard(): boolean {
    return this.best?.alive === true;
  }

  constructor(key: string, publicKey: Uint8Array, name: string, preference: readonly string[] = []) {
    this.key = key;
    this.publicKey = publicKey;
    this.name = name;
    this.preference = preference;
  }
}
