import { describe, expect, it } from "vitest";
import { EnginePair } from "./engine-pair.testing.ts";

const ECT_0 = 2;
const CE = 3;
const ACK = 0x02;
const ACK_ECN = 0x03;

/** A pair whose server was sent three PINGs, the path's codepoint with each. */
function pingedWith(codepoints: readonly number[]): EnginePair {
  const pair = new EnginePair().establish();
  for (const [index, ecn] of codepoints.entries()) {
    const octets = pair.forge("client", 1000 + index, [0x01]);
    pair.server.take(octets, 0, octets.length, pair.now, ecn);
  }
  return pair;
}

describe("congestion marks (RFC 9000 section 13.4)", () => {
  it("make acknowledgements longer by three counts where the path reports any, and not elsewhere", () => {
    const [unmarked, marked] = [
      [0, 0, 0],
      [ECT_0, ECT_0, CE],
    ].map((codepoints) => pingedWith(codepoints).transmit("server"));
    expect(marked! - unmarked!).toBe(3);
  });

  it("that a peer tells of packets that bore no codepoint change nothing: we set none", () => {
    const told = (frames: readonly number[]): readonly number[] => {
      const pair = new EnginePair().establish();
      pair.client.ping();
      pair.transmit("client");
      const window = pair.figures(pair.client).congestionWindowOctets;
      expect(pair.inject("client", 1000, frames)).toBe(true);
      expect(pair.client.isEstablished()).toBe(true);
      return [window, pair.figures(pair.client).congestionWindowOctets];
    };
    expect(told([ACK_ECN, 0, 0, 0, 0, 9, 9, 9])).toEqual(told([ACK, 0, 0, 0, 0]));
  });

  it("are three counts: a frame without them is cut short", () => {
    const pair = new EnginePair().establish();
    pair.inject("client", 1000, [ACK_ECN, 0, 0, 0, 0, 9, 9]);
    expect(pair.client.closeReason()).toMatchObject({ by: "local", code: 0x07, text: "frame is cut short" });
  });
});
