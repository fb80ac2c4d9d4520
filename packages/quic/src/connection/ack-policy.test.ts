import { describe, expect, it } from "vitest";
import { PacketBuilder } from "../frame/packet-builder.ts";
import { PacketSpace } from "../recovery/packet-space.ts";
import { BlockPool } from "../stream/block-pool.ts";
import type { TlsLevel } from "../tls/packet-protection.ts";
import { AckPolicy } from "./ack-policy.ts";
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

/** The ACK frame that a space writes for its packet 0, which arrived with a codepoint. */
function acknowledged(level: TlsLevel, codepoint: number): number[] {
  const space = new PacketSpace(level, new BlockPool());
  space.received.add(0);
  space.owedAcks = 1;
  space.ecn.count(codepoint);
  return written(new PacketBuilder(space.sent.frames), space);
}

function written(packet: PacketBuilder, space: PacketSpace): number[] {
  packet.octets = new Uint8Array(100);
  packet.begin(space.sent.frames, 0, 100);
  new AckPolicy().fill(packet, space, 0, 0);
  return Array.from(packet.octets.subarray(0, packet.at));
}

describe("congestion marks (RFC 9000 section 13.4)", () => {
  it.each<TlsLevel>(["initial", "handshake", "application"])("are counted for the %s space alone", (level) => {
    expect(acknowledged(level, 0)).toEqual([ACK, 0, 0, 0, 0]);
    expect(acknowledged(level, ECT_0)).toEqual([ACK_ECN, 0, 0, 0, 0, 1, 0, 0]);
    expect(acknowledged(level, CE)).toEqual([ACK_ECN, 0, 0, 0, 0, 0, 0, 1]);
  });

  it("are counted of Initial packets: a server's first answer tells them", () => {
    const [unmarked, again, marked] = [0, 0, ECT_0].map((codepoint) => {
      const pair = new EnginePair();
      let first: Uint8Array | undefined;
      pair.tap = (datagram, from) => {
        if (from === "server") first ??= datagram;
        else pair.server.take(datagram, 0, datagram.length, pair.now, codepoint);
        return from === "server";
      };
      pair.establish();
      return first;
    });
    expect(again).toEqual(unmarked);
    expect(marked).not.toEqual(unmarked);
  });

  it("make acknowledgements longer by three counts where the path reports any, and not elsewhere", () => {
    const [unmarked, marked] = [
      [0, 0, 0],
      [ECT_0, ECT_0, CE],
    ].map((codepoints) => pingedWith(codepoints).transmit("server"));
    expect(marked! - unmarked!).toBe(3);
  });

  it("that a peer tells of packets that carried no codepoint change nothing: we set none", () => {
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
