import fc from "fast-check";
import { viewOf } from "@flor/wire";
import { describe, expect, it } from "vitest";
import { AssembledLink } from "./assembled-link.testing.ts";
import { endpoint, frame } from "./memory.testing.ts";
import { PROVISIONAL_MAX, PROVISIONAL_MS } from "./port-table.ts";
import { PROBE, PROBE_OCTETS, writeProbe } from "./segment.ts";

const TOKEN = { high: 7, low: 9 };
const TOKEN_OCTETS = Uint8Array.of(0, 0, 0, 7, 0, 0, 0, 9);
const ZERO = { high: 0, low: 0 };
const HERE = "192.0.2.9";
const THERE = "198.51.100.9";

describe("receiver", () => {
  it("stamps the port of frames and passes long runs from where they are", () => {
    const link = new AssembledLink();
    const { number } = link.neighbour("peer", HERE);
    const contents = Array.from({ length: 40 }, (_, index) => new Uint8Array(1400).fill(index));
    link.wire.receive(endpoint(HERE), Buffer.concat(contents.map((one) => frame(0, TOKEN, one))));
    expect(link.node.frames).toEqual(contents.map((one) => frame(number, TOKEN, one)));
    expect(link.node.runs).toBe(1);
  });

  it("gathers short runs of a burst into one", () => {
    const link = new AssembledLink();
    const { number } = link.neighbour("peer", HERE);
    for (let count = 0; count < 5; count += 1) link.wire.receive(endpoint(HERE), frame(0, TOKEN, Uint8Array.of(count)));
    expect(link.node.runs).toBe(0);
    link.wire.onBurstEnd();
    expect(link.node.runs).toBe(1);
    expect(link.node.frames).toEqual([0, 1, 2, 3, 4].map((value) => frame(number, TOKEN, Uint8Array.of(value))));
  });

  it("cuts a run that is longer than the node takes", () => {
    const link = new AssembledLink();
    link.neighbour("peer", HERE);
    link.node.runLimit = 20_000;
    link.wire.receive(
      endpoint(HERE),
      Buffer.concat(Array.from({ length: 40 }, () => frame(0, TOKEN, new Uint8Array(1400)))),
    );
    link.receiver.flush();
    expect(link.node.frames.length).toBe(40);
    expect(link.node.runs).toBe(3);
  });

  it("leaves frames to be offered again while the node has no credit, and loses none", () => {
    const link = new AssembledLink();
    link.neighbour("peer", HERE);
    const octets = Buffer.concat(
      Array.from({ length: 40 }, (_, index) => frame(0, TOKEN, new Uint8Array(1400).fill(index))),
    );
    link.node.canReceive = false;
    expect(link.wire.receive(endpoint(HERE), octets)).toBe(0);
    link.node.canReceive = true;
    expect(link.wire.receive(endpoint(HERE), octets)).toBe(octets.length);
    expect(link.node.frames.map((one) => one[16])).toEqual(Array.from({ length: 40 }, (_, index) => index));
  });

  it("drops and counts without credit where the wire cannot wait", () => {
    const link = new AssembledLink();
    link.neighbour("peer", HERE);
    link.wire.canPause = false;
    link.node.canReceive = false;
    const octets = Buffer.concat(Array.from({ length: 40 }, () => frame(0, TOKEN, new Uint8Array(1400))));
    expect(link.wire.receive(endpoint(HERE), octets)).toBe(octets.length);
    expect(link.node.counts.get("drop.no-credit")).toBe(1);
  });

  it("drops a stranger's frame with an unknown token, and its segments and probes", () => {
    const link = new AssembledLink();
    const control = frame(0, ZERO, Uint8Array.of(1));
    control[0] = 0x20;
    const probe = frame(0, ZERO, Uint8Array.of(0, 1, 0, 0, 1, 2, 3, 4));
    probe[0] = 0x30;
    for (const octets of [frame(0, TOKEN, Uint8Array.of(1)), control, probe, frame(0, ZERO, new Uint8Array(0))])
      link.wire.receive(endpoint(HERE), octets);
    expect(link.node.counts.get("drop.stranger")).toBe(4);
    expect(link.node.ports.size).toBe(0);
    expect(link.wire.datagrams).toEqual([]);
  });

  it("never throws, and passes nothing but whole stamped frames, whatever arrives", () => {
    const link = new AssembledLink();
    const { number } = link.neighbour("peer", HERE, { token: TOKEN_OCTETS });
    const type = fc.constantFrom(0x10, 0x20, 0x30, 0x00, 0xff);
    const almostFrame = fc
      .tuple(type, fc.nat(40), fc.uint8Array({ maxLength: 60 }))
      .map(([first, length, rest]) => Uint8Array.of(first, 0, 0, length, ...rest));
    const input = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(almostFrame, { maxLength: 5 }).map((parts) => Buffer.concat(parts)),
    );
    fc.assert(
      fc.property(input, fc.constantFrom(HERE, THERE), (octets, from) => {
        expect(link.wire.receive(endpoint(from), octets)).toBe(octets.length);
        link.receiver.flush();
        for (const received of link.node.frames.splice(0)) {
          expect(received[0]).toBe(0x10);
          expect([number, ...link.node.ports.keys()]).toContain(((received[4] ?? 0) << 8) | (received[5] ?? 0));
        }
        expect(link.reassembly.size).toBeLessThanOrEqual(128);
      }),
      { numRuns: 10_000 },
    );
  });
});

describe("roaming", () => {
  it("takes a neighbour's frames from a new address, and answers there once the old one is silent", () => {
    const link = new AssembledLink();
    const port = link.neighbour("peer", HERE, { token: TOKEN_OCTETS });
    link.wire.receive(endpoint(HERE), frame(0, TOKEN, Uint8Array.of(1)));
    link.wire.receive(endpoint(THERE), frame(0, TOKEN, Uint8Array.of(2)));
    link.receiver.flush();
    expect(link.node.frames.length).toBe(2);
    expect(port.endpoint?.host).toBe(HERE);
    link.now += 500;
    link.wire.receive(endpoint(THERE), frame(0, TOKEN, Uint8Array.of(3)));
    expect(port.endpoint?.host).toBe(THERE);
    expect(link.node.ports.get(port.number)).toMatchObject({ up: true, address: `${THERE}:4600` });
    expect(link.node.counts.get("roamed")).toBe(1);
  });

  it("tells neighbours apart by token when one takes the other's address", () => {
    const link = new AssembledLink();
    const one = link.neighbour("one", HERE, { token: TOKEN_OCTETS });
    const other = link.neighbour("other", THERE, { token: TOKEN_OCTETS.toReversed() });
    link.now += 5000;
    link.wire.receive(endpoint(THERE), frame(0, TOKEN, Uint8Array.of(1)));
    link.receiver.flush();
    expect(link.node.frames).toEqual([frame(one.number, TOKEN, Uint8Array.of(1))]);
    expect([one.endpoint?.host, other.endpoint?.host]).toEqual([THERE, THERE]);
  });

  it("does not follow the all-zero token", () => {
    const link = new AssembledLink();
    const port = link.neighbour("peer", HERE, { token: new Uint8Array(8) });
    link.wire.receive(endpoint(THERE), frame(0, ZERO, Uint8Array.of(1)));
    expect(port.endpoint?.host).toBe(HERE);
    expect([...link.node.ports.values()].filter((one) => one.provisional).length).toBe(1);
  });
});

describe("strangers", () => {
  it("may come with a handshake in segments, and with nothing longer", () => {
    const sender = new AssembledLink();
    const { number } = sender.newNeighbour("peer", HERE);
    const [handshake, other] = [1236, 4000].map((octets) => frame(number, ZERO, new Uint8Array(octets).fill(7)));
    sender.send(handshake!);
    const link = new AssembledLink();
    for (const { octets } of sender.wire.datagrams) link.wire.receive(endpoint(HERE), octets);
    link.receiver.flush();
    expect(link.node.ports.size).toBe(1);
    expect(link.node.frames.map((octets) => octets.length)).toEqual([handshake!.length]);

    sender.wire.datagrams.length = 0;
    sender.send(other!);
    const second = new AssembledLink();
    for (const { octets } of sender.wire.datagrams) second.wire.receive(endpoint(HERE), octets);
    expect(second.node.counts.get("drop.stranger")).toBe(sender.wire.datagrams.length);
    expect(second.node.ports.size).toBe(0);
  });

  function stranger(index: number): ReturnType<typeof endpoint> {
    return endpoint(`203.0.113.${index % 250}`, 1000 + index);
  }

  it("get no echo of their probes before the node has adopted them", () => {
    const link = new AssembledLink();
    const probe = new Uint8Array(PROBE_OCTETS);
    writeProbe(viewOf(probe), PROBE, 77, PROBE_OCTETS);
    link.wire.receive(stranger(1), frame(0, ZERO, Uint8Array.of(1)));
    link.wire.receive(stranger(1), probe);
    expect(link.wire.datagrams).toEqual([]);
    const port = [...link.node.ports.keys()][0]!;
    link.ports.setNeighbours([{ key: "peer", address: "", token: new Uint8Array(0), port, peer: "" }]);
    link.wire.receive(stranger(1), probe);
    expect(link.wire.datagrams).toHaveLength(1);
  });

  it("get a provisional port each, no more than the table holds, the one silent for longest making room", () => {
    const link = new AssembledLink();
    for (let index = 0; index < 200; index += 1) {
      link.now += 100;
      link.wire.receive(stranger(index), frame(0, ZERO, Uint8Array.of(index)));
      expect(link.node.ports.size).toBeLessThanOrEqual(PROVISIONAL_MAX);
    }
    expect(link.node.ports.size).toBe(PROVISIONAL_MAX);
    expect([...link.node.ports.values()].at(-1)?.key).toBe(`udp:203.0.113.199:1199`);
    link.receiver.flush();
    expect(link.node.frames.length).toBe(200);
  });

  it("come 64 at once and 32 a second at most", () => {
    const link = new AssembledLink();
    for (let index = 0; index < 1000; index += 1) link.wire.receive(stranger(index), frame(0, ZERO, Uint8Array.of(1)));
    expect(link.node.counts.get("drop.strangers-full")).toBe(1000 - 64);
    link.now += 1000;
    for (let index = 1000; index < 2000; index += 1)
      link.wire.receive(stranger(index), frame(0, ZERO, Uint8Array.of(1)));
    expect(link.node.counts.get("drop.strangers-full")).toBe(2000 - 64 - 32);
  });

  it("go after ten seconds of silence unless the node adopts them", () => {
    const link = new AssembledLink();
    for (const index of [1, 2]) link.wire.receive(stranger(index), frame(0, ZERO, Uint8Array.of(1)));
    const [first] = [...link.node.ports.keys()];
    link.ports.setNeighbours([{ key: "peer", address: "", token: TOKEN_OCTETS, port: first ?? 0, peer: "" }]);
    link.ports.handleTimeout(link.now + PROVISIONAL_MS - 1);
    expect(link.node.ports.size).toBe(2);
    link.ports.handleTimeout(link.now + PROVISIONAL_MS);
    expect([...link.node.ports.values()]).toMatchObject([{ port: first, key: "peer", provisional: false, up: true }]);
  });
});
