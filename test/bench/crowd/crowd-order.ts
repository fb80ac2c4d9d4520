/** What the row and the process of the neighbours tell each other, as data, and what both know without. */
import { createIdentity, type Identity } from "@flor/quic";

/** What the crowd is told when it starts. */
export interface CrowdOrder {
  /** The number of the first neighbour in it. */
  readonly first: number;
  /** Neighbours in it. */
  readonly count: number;
  /** The node that all of them know: its id. */
  readonly hub: string;
  /** Where the hub's link listens; absent: the hub comes to them. */
  readonly address?: string;
  /** Nodes that are not there, behind the first neighbour in it: it tells the hub of them. */
  readonly invented?: number;
  /** Nodes that all of them are to find a path to. */
  readonly layer: number;
}

/** What it says whenever another number of neighbours has the hub; at first, when all of their links listen. */
export interface CrowdCount {
  /** Adjacencies with the hub that are alive at the neighbours' end. */
  readonly alive: number;
}

/** What it says when all of its neighbours have a path to everybody. */
export interface CrowdInformed {
  /** Milliseconds since the first of them had the hub. */
  readonly informedMs: number;
  /** The same until all of them had heard of everybody. */
  readonly knownMs: number;
  /** The longest round of the event loop since then, and the one that 1 of 100 exceed, milliseconds. */
  readonly longestMs: number;
  readonly p99Ms: number;
}

/** The key of a neighbour, by its number: the same at both ends. */
export function identityOf(number: number): Identity {
  const seed = new Uint8Array(32).fill(7);
  new DataView(seed.buffer).setUint32(0, number);
  return createIdentity(seed);
}

/** Where a neighbour listens: each has an address of the loopback. */
export function placeOf(number: number): string {
  const host = number + 1;
  return `127.9.${host >> 8}.${host & 0xff}:4600`;
}
