import type { Adjacency } from "./adjacency.ts";

/**
 * An adjacent node: all adjacencies with it are parallel (an adjacency set, RFC 8402 section 3.4), so one label leads
 * to it, over whichever link is best now.
 */
export class Neighbour {
  /** Node key: hex of the public key. */
  readonly key: string;
  readonly publicKey: Uint8Array;
  readonly name: string;
  /** Our label for it; `undefined` until an adjacency came up. */
  label: number | undefined;
  readonly adjacencies: Set<Adjacency> = new Set();
  /** Where frames for it go; `undefined`: nowhere now. */
  best: Adjacency | undefined;

  constructor(key: string, publicKey: Uint8Array, name: string) {
    this.key = key;
    this.publicKey = publicKey;
    this.name = name;
  }
}
