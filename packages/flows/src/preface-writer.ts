import type { StreamCarrier } from "./stream-carrier.ts";

/** What became of a write: all is with the stream, the rest waits, or the stream is gone. */
export type PrefaceWrite = "whole" | "blocked" | "gone";

/** Gives a stream its preface, in as many pieces as the connection takes: while others fill its window, none at all. */
export class PrefaceWriter {
  /** Octets that the stream took. */
  accepted = 0;
  #rest: Uint8Array;
  readonly #fin: boolean;

  /** @param fin ends the stream's direction behind the preface */
  constructor(octets: Uint8Array, fin: boolean) {
    this.#rest = octets;
    this.#fin = fin;
  }

  /** What the stream has not taken yet. */
  get rest(): Uint8Array {
    return this.#rest;
  }

  /** Gives it what it takes now. After `blocked`, call again when the connection made progress. */
  write(carrier: StreamCarrier, stream: number): PrefaceWrite {
    const accepted = carrier.send(stream, this.#rest, this.#fin);
    if (accepted < 0) return "gone";
    this.accepted += accepted;
    this.#rest = this.#rest.subarray(accepted);
    return this.#rest.length === 0 ? "whole" : "blocked";
  }
}
