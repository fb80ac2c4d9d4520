import { describe, expect, it } from "vitest";
import { PrefaceWriter } from "./preface-writer.ts";
import type { StreamCarrier } from "./stream-carrier.ts";

const STREAM = 4;

/** A stream that takes what `windows` says, one after the other. */
function carrierTaking(windows: number[], taken: number[], fins: boolean[]): StreamCarrier {
  return {
    lastFin: false,
    send(_stream, octets, fin) {
      const window = windows.shift() ?? 0;
      if (window < 0) return window;
      const accepted = Math.min(window, octets.length);
      taken.push(...octets.subarray(0, accepted));
      fins.push(fin);
      return accepted;
    },
    receive: () => -1,
    sendDatagram: () => false,
    sendFrom: () => 0,
    lend: (_stream, pieces) => pieces.clear(),
    takeLent: () => -1,
    resetStream: () => {},
    stopSending: () => {},
  };
}

describe("a preface", () => {
  it("is written piece by piece while the connection is full, and its end with the last", () => {
    const [taken, fins]: [number[], boolean[]] = [[], []];
    const carrier = carrierTaking([0, 2, 0, 9], taken, fins);
    const writer = new PrefaceWriter(Uint8Array.of(1, 2, 3, 4), true);
    const outcomes = [1, 2, 3, 4].map(() => writer.write(carrier, STREAM));
    expect(outcomes).toEqual(["blocked", "blocked", "blocked", "whole"]);
    expect(taken).toEqual([1, 2, 3, 4]);
    expect(fins).toEqual([true, true, true, true]);
  });

  it("of a stream that is gone is given up", () => {
    const writer = new PrefaceWriter(Uint8Array.of(1), false);
    expect(writer.write(carrierTaking([-2], [], []), STREAM)).toBe("gone");
  });
});
