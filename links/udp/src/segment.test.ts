import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AssembledLink } from "./assembled-link.testing.ts";
import { endpoint, frame } from "./memory.testing.ts";
import { PARTIAL_FRAMES_MAX, PARTIAL_FRAMES_PER_PORT_MAX } from "./partial-frames.ts";
import { REASSEMBLY_MS } from "./reassembly.ts";
import { planSegments, SEGMENT_HEADER_OCTETS } from "./segment.ts";

const TOKEN = { high: 0xdeadbeef, low: 0x01020304 };
const SENDER = "192.0.2.9";

function content(length: number, seed = length): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 13 + seed) & 0xff);
}

/** The datagrams in which a link with this path MTU sends these frames. */
function datagramsOf(ipMtu: number, contents: readonly Uint8Array[]): Uint8Array[] {
  const sender = new AssembledLink({ ipMtu });
  const { number } = sender.neighbour("receiver", "192.0.2.1");
  for (const one of contents) sender.send(frame(number, TOKEN, one));
  return sender.wire.datagrams.map(({ octets }) => octets);
}

function receiver(): AssembledLink {
  const link = new AssembledLink();
  link.neighbour("sender", SENDER);
  return link;
}

function receive(link: AssembledLink, datagrams: readonly Uint8Array[]): Uint8Array[] {
  for (const datagram of datagrams) expect(link.wire.receive(endpoint(SENDER), datagram)).toBe(datagram.length);
  link.receiver.flush();
  return link.node.frames;
}

describe("segments", () => {
  it("are as few as the path allows, and of one length", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16_368 }), fc.integer({ min: 548, max: 9000 }), (octets, segmentMtu) => {
        const { count, sliceOctets } = planSegments(octets, segmentMtu);
        expect(sliceOctets + SEGMENT_HEADER_OCTETS).toBeLessThanOrEqual(segmentMtu);
        expect(count * sliceOctets).toBeGreaterThanOrEqual(octets);
        expect((count - 1) * sliceOctets).toBeLessThan(octets);
        expect(count).toBe(Math.ceil(octets / (segmentMtu - SEGMENT_HEADER_OCTETS)));
      }),
    );
  });

  it("of a frame of any length give that frame, over any path, in any order, with duplicates", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 16_368 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(576, 1124, 1280, 1500, 9000),
        fc.infiniteStream(fc.nat(1000)),
        (lengths, ipMtu, randoms) => {
          const contents = lengths.map((length, index) => content(length, index));
          const datagrams = datagramsOf(ipMtu, contents);
          for (const datagram of datagrams) expect(datagram.length).toBeLessThanOrEqual(ipMtu - 28);
          const segments = datagrams.filter((datagram) => datagram[0] === 0x30);
          const shuffled = [...datagrams, ...segments]
            .map((datagram) => ({ datagram, rank: randoms.next().value }))
            .sort((one, other) => one.rank - other.rank)
            .map(({ datagram }) => datagram);
          const link = receiver();
          const frames = receive(link, shuffled).map((octets) => Buffer.from(octets).toString("hex"));
          const port = [...link.ports.all][0]?.number ?? 0;
          const expected = contents.map((one) => Buffer.from(frame(port, TOKEN, one)).toString("hex"));
          expect(frames.sort()).toEqual(expected.sort());
          expect(link.reassembly.drops.counts.duplicate + link.reassembly.drops.counts["crowded-out"]).toBe(
            segments.length,
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("in order go up as one bundle, written once where they are sent from", () => {
    const contents = [content(16_368, 1), content(16_368, 2), content(3000, 3)];
    const joined = Buffer.concat(datagramsOf(1500, contents));
    const link = receiver();
    expect(receive(link, [joined]).length).toBe(3);
    expect(link.node.runs).toBe(1);
    expect(link.reassembly.size).toBe(0);
  });

  it("of which one is lost give nothing, and are forgotten after a second", () => {
    const datagrams = datagramsOf(1500, [content(16_368)]);
    for (const lost of [0, 5, datagrams.length - 1]) {
      const link = receiver();
      expect(receive(link, datagrams.toSpliced(lost, 1))).toEqual([]);
      link.reassembly.park(link.now);
      expect(link.reassembly.size).toBe(1);
      link.reassembly.handleTimeout(link.now + REASSEMBLY_MS - 1);
      expect(link.reassembly.size).toBe(1);
      link.reassembly.handleTimeout(link.now + REASSEMBLY_MS);
      expect(link.reassembly.size).toBe(0);
      expect(link.reassembly.drops.counts.timeout).toBe(1);
    }
  });

  it("of one frame interleave with frames and segments of others", () => {
    const one = datagramsOf(1500, [content(5000, 1)]);
    const other = datagramsOf(1500, [content(10, 9), content(6000, 2)]);
    const link = receiver();
    const mixed = [one[0], other[0], other[1], one[1], other[2], one[2], other[3], one[3], other[4], other[5]].filter(
      (datagram) => datagram !== undefined,
    );
    const lengths = receive(link, mixed).map((octets) => octets.length - 16);
    expect(new Set(lengths)).toEqual(new Set([10, 5000, 6000]));
  });

  it("that overlap what is here are dropped, never merged", () => {
    const [first, ...rest] = datagramsOf(1500, [content(5000)]);
    if (first === undefined) throw new Error("no segment");
    const forged = first.slice();
    new DataView(forged.buffer).setUint16(16, 100);
    forged.fill(0x66, 20);
    const link = receiver();
    const [frameReceived] = receive(link, [first, forged, ...rest]);
    expect(frameReceived?.slice(16)).toEqual(content(5000));
    expect(link.reassembly.drops.counts.duplicate).toBe(1);
  });

  it.each([
    ["another total", 18, 5001],
    ["another token", 14, 0x0505],
  ])("with %s are not of the frame", (_what, offset, value) => {
    const [first, second, ...rest] = datagramsOf(1500, [content(5000)]);
    if (first === undefined || second === undefined) throw new Error("no segments");
    const forged = second.slice();
    new DataView(forged.buffer).setUint16(offset, value);
    const link = receiver();
    const [received] = receive(link, [first, forged, second, ...rest]);
    expect(received?.slice(16)).toEqual(content(5000));
    expect(link.reassembly.drops.counts.mismatch).toBe(1);
  });

  it.each([
    ["an offset beyond the frame", { 16: 5000 }],
    ["a frame longer than any", { 18: 16_369 }],
  ])("with %s are malformed", (_what, fields) => {
    const [first] = datagramsOf(1500, [content(5000)]);
    if (first === undefined) throw new Error("no segment");
    for (const [offset, value] of Object.entries(fields)) new DataView(first.buffer).setUint16(Number(offset), value);
    const link = receiver();
    expect(receive(link, [first])).toEqual([]);
    expect(link.reassembly.drops.counts.malformed).toBe(1);
    expect(link.reassembly.size).toBe(0);
  });

  it("hold 32 partial frames a port and 128 in all, the oldest going first", () => {
    const link = receiver();
    const hosts = ["192.0.2.11", "192.0.2.12", "192.0.2.13", "192.0.2.14", "192.0.2.15"];
    for (const host of hosts) link.neighbour(host, host);
    const firsts = Array.from(
      { length: 60 },
      (_, index) => datagramsOf(1500, [content(3000, index)])[1] ?? new Uint8Array(0),
    );
    for (const host of hosts) {
      firsts.forEach((datagram, index) => {
        const renumbered = datagram.slice();
        new DataView(renumbered.buffer).setUint16(6, index);
        link.wire.receive(endpoint(host), renumbered);
      });
      const port = [...link.ports.all].find(({ key }) => key === host);
      expect(port?.partialFrames).toBe(PARTIAL_FRAMES_PER_PORT_MAX);
      expect(link.reassembly.size).toBeLessThanOrEqual(PARTIAL_FRAMES_MAX);
    }
    expect(link.reassembly.size).toBe(PARTIAL_FRAMES_MAX);
    expect(link.reassembly.drops.counts["crowded-out"]).toBe(5 * 60 - PARTIAL_FRAMES_MAX);
  });

  it("of a port that goes are forgotten", () => {
    const link = receiver();
    receive(link, datagramsOf(1500, [content(5000)]).slice(1, 3));
    expect(link.reassembly.size).toBe(1);
    link.ports.setNeighbours([]);
    expect(link.reassembly.size).toBe(0);
  });
});
