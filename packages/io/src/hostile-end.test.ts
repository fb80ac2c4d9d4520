import { examplePort, numberedFrame, Pair } from "@flor/testkit";
import {
  encodeEnvelope,
  type Envelope,
  FRAME_CONTROL,
  FRAME_DATA,
  FRAME_HEADER_OCTETS,
  viewOf,
  writeFrameHeader,
  ZERO_TOKEN,
} from "@flor/wire";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FlorIoEvent } from "./event.ts";
import { MACS_PER_SECOND } from "./flor-io-end.ts";

/** A pair that is ready, and the token that opens datagrams to the node. */
function readyPair(): { pair: Pair; token: Uint8Array } {
  const pair = new Pair();
  pair.makeReady();
  let token = new Uint8Array(8);
  pair.toNode.filter = (datagram) => {
    token = datagram.slice(0, 8);
    return false;
  };
  pair.runFor(2000);
  pair.toNode.filter = undefined;
  return { pair, token };
}

function frameOf(type: number, content: Uint8Array): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_OCTETS + content.length);
  frame.set(content, FRAME_HEADER_OCTETS);
  writeFrameHeader(viewOf(frame), 0, { type, flags: 0, length: content.length, port: 0, token: ZERO_TOKEN });
  return frame;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const control = (envelope: Envelope): Uint8Array => frameOf(FRAME_CONTROL, encodeEnvelope(envelope));

const messages: fc.Arbitrary<Envelope> = fc.oneof<fc.Arbitrary<Envelope>[]>(
  fc.record({ credit: fc.record({ limitDatagrams: fc.maxSafeNat(), limitOctets: fc.maxSafeNat() }) }),
  fc.record({ ping: fc.record({ id: fc.nat(), sentDatagrams: fc.maxSafeNat(), sentOctets: fc.maxSafeNat() }) }),
  fc.record({
    seq: fc.nat(9),
    ports: fc.record({ generation: fc.nat(9), ports: fc.constant({ ...examplePort(1) }).map((port) => [port]) }),
  }),
  fc.record({ ack: fc.nat(9) }),
  fc.record({ pong: fc.record({ counters: fc.array(fc.record({ name: fc.string(), value: fc.nat() })) }) }),
  fc.record({ seq: fc.nat(9), tooBig: fc.record({ port: fc.nat(), mtu: fc.nat(), octets: fc.nat() }) }),
  fc.record({ drain: fc.record({ deadlineMs: fc.nat() }), error: fc.record({ text: fc.string() }) }),
  fc.record({ hello: fc.record({ versions: fc.array(fc.nat()) }) }),
  fc.record({ reject: fc.record({ text: fc.string() }) }),
);

/** Frames that get further than random octets: well-formed ones, cut, changed, recombined. */
const hostileFrames: fc.Arbitrary<Uint8Array> = fc
  .array(
    fc.oneof(
      messages.map(control),
      fc.uint8Array({ maxLength: 60 }),
      fc.uint8Array({ maxLength: 60 }).map((content) => frameOf(FRAME_CONTROL, content)),
      fc.uint8Array({ maxLength: 60 }).map((content) => frameOf(FRAME_DATA, content)),
      fc.tuple(fc.nat(255), fc.uint8Array({ maxLength: 20 })).map(([type, content]) => frameOf(type, content)),
      fc.tuple(messages.map(control), fc.nat(200), fc.nat(255)).map(([f, at, octet]) => f.with(at % f.length, octet)),
      fc.tuple(messages.map(control), fc.nat(200)).map(([frame, end]) => frame.subarray(0, end % frame.length)),
    ),
    { maxLength: 6 },
  )
  .map((parts) => joined(...parts));

describe("an end of Flor IO", () => {
  it("checks the MACs of two hundred handshake messages a second, and counts the others", () => {
    const { node } = new Pair();
    const hello = joined(new Uint8Array(8), control({ hello: { versions: [1] } }));
    const receive = (now: number): void => node.handleReceive(hello.slice(), hello.length, now);
    const looked = (): number => node.drops.total - node.drops.counts.flooded;
    for (let count = 0; count < 1000; count += 1) receive(0);
    const before = looked();
    expect(before).toBeLessThanOrEqual(MACS_PER_SECOND);
    for (let ms = 1; ms <= 1000; ms += 1) for (let count = 0; count < 3; count += 1) receive(ms);
    expect(looked() - before).toBe(MACS_PER_SECOND);
    expect(node.drops.counts.flooded).toBe(4000 - looked());
  });

  it("never throws on 10,000 hostile datagrams within its session, and still serves", () => {
    let { pair, token } = readyPair();
    const receive = (frames: Uint8Array): FlorIoEvent | undefined => {
      const datagram = joined(token, frames);
      pair.node.handleReceive(datagram, datagram.length, (pair.now += 1));
      let last: FlorIoEvent | undefined;
      for (let event = pair.node.pollEvent(); event !== undefined; event = pair.node.pollEvent()) last = event;
      return last;
    };
    fc.assert(
      fc.property(hostileFrames, (frames) => {
        const last = receive(frames);
        if (pair.node.state === "ready") return;
        // A changed octet can make a farewell of another message.
        expect(last?.type).toBe("bye");
        ({ pair, token } = readyPair());
      }),
      { numRuns: 10_000 },
    );
    pair.nodeFrames.length = 0;
    receive(numberedFrame(1, 100));
    expect(pair.nodeFrames.map((frame) => frame.toHex())).toEqual([numberedFrame(1, 100).toHex()]);
  });

  it("never throws on 10,000 random datagrams, at any time of its life", () => {
    const { pair } = readyPair();
    const ends = [new Pair().node, new Pair().link, pair.node, pair.link];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), fc.boolean(), (octets, isHandshake) => {
        if (isHandshake) octets.fill(0, 0, 8);
        for (const end of ends) end.handleReceive(octets, octets.length, 0);
      }),
      { numRuns: 10_000 },
    );
    expect(ends.map(({ state }) => state)).toEqual(["handshaking", "handshaking", "ready", "ready"]);
  });

  it("takes frames of a datagram up to the one that is cut off, at every prefix", () => {
    const { pair, token } = readyPair();
    const frames = [numberedFrame(1, 3), numberedFrame(2, 0), numberedFrame(3, 20)];
    const datagram = joined(token, ...frames);
    for (let length = 0; length <= datagram.length; length += 1) {
      pair.nodeFrames.length = 0;
      pair.node.handleReceive(datagram.slice(), length, pair.now);
      const whole = frames.filter((_, index) => length >= joined(token, ...frames.slice(0, index + 1)).length);
      expect(pair.nodeFrames.map((frame) => frame.toHex())).toEqual(whole.map((frame) => frame.toHex()));
    }
  });

  it("takes frames alike however they are spread over bundles", () => {
    const { pair, token } = readyPair();
    const frames = Array.from({ length: 12 }, (_, number) => numberedFrame(number, number * 7));
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 11 })), (cuts) => {
        pair.nodeFrames.length = 0;
        const edges = [0, ...cuts.toSorted((a, b) => a - b), frames.length];
        for (let i = 1; i < edges.length; i += 1) {
          const datagram = joined(token, ...frames.slice(edges[i - 1], edges[i]));
          pair.node.handleReceive(datagram, datagram.length, pair.now);
        }
        expect(pair.nodeFrames.map((frame) => frame.toHex())).toEqual(frames.map((frame) => frame.toHex()));
      }),
    );
  });

  it.each<[string, Envelope]>([
    ["a figure beyond what a number holds", { pong: { counters: [{ name: "drop.x", value: 2 ** 60 }] } }],
    ["a Ping for more datagrams than can have been sent", { ping: { id: 1, sentDatagrams: 2 ** 60, sentOctets: 5 } }],
    ["a Ping for more octets than can have been sent", { ping: { id: 1, sentDatagrams: 5, sentOctets: 2 ** 60 } }],
    ["a generation that could have no successor", { seq: 9, ports: { generation: 2 ** 53, ports: [examplePort(9)] } }],
  ])("does not take %s", (_, envelope) => {
    const { pair, token } = readyPair();
    const before = { ...pair.node.drops.counts };
    const datagram = joined(token, control(envelope));
    pair.node.handleReceive(datagram, datagram.length, pair.now);
    expect(pair.node.drops.counts).toMatchObject({ malformed: before.malformed + 1, lost: before.lost });
    const events: FlorIoEvent[] = [];
    for (let event = pair.node.pollEvent(); event !== undefined; event = pair.node.pollEvent()) events.push(event);
    expect(events.filter(({ type }) => type === "counters" || type === "ports")).toEqual([]);
    pair.link.setPorts([examplePort(3)], pair.now);
    pair.runFor(100);
    expect(pair.nodeEvents.some((event) => event.type === "ports" && event.ports[0]?.port === 3)).toBe(true);
  });

  it("drops and counts a datagram with another session's token", () => {
    const { pair, token } = readyPair();
    const forged = joined(token.with(7, (token[7] ?? 0) ^ 1), numberedFrame(1, 10));
    pair.node.handleReceive(forged, forged.length, pair.now);
    expect(pair.nodeFrames).toHaveLength(0);
    expect(pair.node.drops.counts["bad-token"]).toBe(1);
  });

  it("acknowledges a message from the future with an error, and ignores fields from the future", () => {
    const { pair, token } = readyPair();
    const future = frameOf(FRAME_CONTROL, Uint8Array.of(0x08, 9, 0xa2, 0x06, 2, 0x08, 1));
    pair.node.handleReceive(joined(token, future), 8 + future.length, pair.now);
    pair.runFor(5);
    expect(pair.node.drops.counts["unknown-message"]).toBe(1);
    expect(pair.linkEvents.at(-1)).toMatchObject({ type: "error", code: "unimplemented" });
    const tooBig = joined(encodeEnvelope({ tooBig: { port: 1, mtu: 2, octets: 3 } }), Uint8Array.of(0x78, 1));
    const frame = frameOf(FRAME_CONTROL, tooBig);
    pair.node.handleReceive(joined(token, frame), 8 + frame.length, pair.now);
    expect(pair.node.pollEvent()).toEqual({ type: "tooBig", port: 1, mtu: 2, octets: 3 });
  });

  it("neither grows nor answers without end when control messages flood it", () => {
    const { pair, token } = readyPair();
    const list = control({ seq: 1, tooBig: { port: 1, mtu: 2, octets: 3 } });
    const datagram = joined(token, list);
    const sent = pair.toLink.sent;
    for (let i = 0; i < 100_000; i += 1) pair.node.handleReceive(datagram, datagram.length, pair.now + i / 100);
    expect(pair.toLink.sent - sent).toBeLessThan(2600);
    expect(pair.node.drops.counts.flooded).toBeGreaterThan(90_000);
    let events = 0;
    while (pair.node.pollEvent() !== undefined) events += 1;
    expect(events).toBeLessThanOrEqual(64);
  });

  it("keeps what matters when events are not polled: the newest list, and the end of the session", () => {
    const { pair, token } = readyPair();
    const receive = (envelope: Envelope): void => {
      const datagram = joined(token, control(envelope));
      pair.node.handleReceive(datagram, datagram.length, pair.now);
    };
    for (let i = 0; i < 200; i += 1) receive({ tooBig: { port: 1, mtu: 2, octets: 3 } });
    for (let generation = 1; generation <= 50; generation += 1) {
      receive({ ports: { generation, ports: [examplePort(generation)] } });
    }
    receive({ bye: { reason: "enough" } });
    const events = [];
    for (let event = pair.node.pollEvent(); event !== undefined; event = pair.node.pollEvent()) events.push(event);
    expect(events.filter(({ type }) => type === "ports")).toEqual([{ type: "ports", ports: [examplePort(50)] }]);
    expect(events.at(-1)).toEqual({ type: "bye", reason: "enough" });
    expect(pair.node.drops.counts["event-overflow"]).toBeGreaterThan(100);
  });
});
