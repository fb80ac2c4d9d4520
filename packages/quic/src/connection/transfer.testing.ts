// Test support: octets through a pair of engines, and whether they are the same at the other end.
import type { Connection } from "./connection.ts";
import type { EnginePair } from "./engine-pair.testing.ts";

const scratch = new Uint8Array(262_144);

/** Octets that tell their place. */
export function pattern(length: number, salt = 0): Uint8Array {
  const octets = new Uint8Array(length);
  for (let at = 0; at < length; at += 1) octets[at] = at * 7 + (at >> 8) * 13 + (at >> 16) * 5 + salt;
  return octets;
}

/** One stream's octets on their way, with an end behind them; compares as they arrive. */
export class Transfer {
  readonly stream: number;
  sent = 0;
  received = 0;
  isEnded = false;
  isRight = true;
  /** The code of a reset, or -1. */
  resetCode = -1;
  readonly #from: Connection;
  readonly #to: Connection;
  readonly #octets: Uint8Array;
  readonly #isFin: boolean;

  constructor(from: Connection, to: Connection, octets: Uint8Array, isFin = true) {
    this.#from = from;
    this.#to = to;
    this.#octets = octets;
    this.#isFin = isFin;
    const stream = from.openStream();
    if (stream === undefined) throw new Error("no stream");
    this.stream = stream;
  }

  get isOver(): boolean {
    return this.isEnded || this.resetCode >= 0;
  }

  #compare(octets: number): void {
    for (let at = 0; at < octets; at += 1) if (scratch[at] !== this.#octets[this.received + at]) this.isRight = false;
  }

  work(pair: EnginePair): void {
    this.write();
    this.read(pair);
  }

  write(): void {
    if (this.sent < this.#octets.length)
      this.sent += Math.max(0, this.#from.send(this.stream, this.#octets.subarray(this.sent), this.#isFin));
  }

  read(pair: EnginePair, max: number = Infinity): void {
    for (let left = max; left > 0 && !this.isOver;) {
      const into = scratch.subarray(0, Math.min(scratch.length, left));
      const octets = this.#to.receive(this.stream, into, pair.now);
      if (octets === -2) this.resetCode = this.#to.lastErrorCode;
      if (octets < 0) return;
      this.#compare(octets);
      this.received += octets;
      left -= octets;
      this.isEnded = this.#to.lastFin;
      if (octets === 0 && !this.isEnded) return;
    }
  }
}
