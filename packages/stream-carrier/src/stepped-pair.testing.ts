import { Duplex } from "node:stream";

/** Two ends of a stream, between which octets stay under way until they are delivered one write at a time. */
export interface SteppedPair {
  readonly near: Duplex;
  readonly far: Duplex;
  /** Delivers the oldest write, or the end, that is under way to `near` or to `far`; false: nothing is. */
  deliver(to: "near" | "far"): boolean;
}

/** Opens a pair. An end that is destroyed is heard of behind what it wrote before. */
export function steppedPair(): SteppedPair {
  const underWay: Record<"near" | "far", (Uint8Array | null)[]> = { near: [], far: [] };
  const ends = { near: endOf(underWay.far), far: endOf(underWay.near) };
  return {
    ...ends,
    deliver: (to) => {
      const next = underWay[to].shift();
      if (next !== undefined && !ends[to].destroyed) ends[to].push(next);
      return next !== undefined;
    },
  };
}

function endOf(underWay: (Uint8Array | null)[]): Duplex {
  return new Duplex({
    read: () => {},
    write: (octets: Uint8Array, _encoding, callback) => {
      underWay.push(octets);
      callback();
    },
    final: (callback) => {
      underWay.push(null);
      callback();
    },
    destroy: (error, callback) => {
      underWay.push(null);
      callback(error);
    },
  });
}
