import { FRAME_DATA, viewOf, writeFrameHeader, ZERO_TOKEN } from "@flor/wire";
import { describe, expect, it } from "vitest";
import type { FlorIoEvent } from "./event.ts";
import { createLinkEnd } from "./link-end.ts";
import { createNodeEnd } from "./node-end.ts";

const SECRET = new Uint8Array(32).fill(9);

function pairOf(
  options: {
    receiveBufferOctets?: number;
    lose?: (datagram: Uint8Array, from: "node" | "link") => boolean;
    linkSecret?: Uint8Array;
  } = {},
) {
  let seed = 1;
  const randomFill = (octets: Uint8Array): void => {
    for (let i = 0; i < octets.length; i += 1) octets[i] = (seed = (seed * 16_807) % 2_147_483_647) & 0xff;
  };
  const time = { now: 0 };
  const inFlight: { to: "node" | "link"; octets: Uint8Array }[] = [];
  const send = (from: "node" | "link") => (octets: Uint8Array, offset: number, length: number) => {
    const datagram = octets.slice(offset, offset + length);
    if (options.lose?.(datagram, from) !== true)
      inFlight.push({ to: from === "node" ? "link" : "node", octets: datagram });
  };
  const received = { node: [] as number[][], link: [] as number[][] };
  const sink = (end: "node" | "link") => ({
    handleFrames: (octets: Uint8Array, _view: DataView, from: number, to: number) =>
      void received[end].push([...octets.subarray(from, to)]),
  });
  const shared = { randomFill, receiveBufferOctets: options.receiveBufferOctets ?? 425_984, deadlineMs: 5000 };
  const node = createNodeEnd({ ...shared, secret: SECRET, transmit: send("node"), sink: sink("node") }, 0);
  const link = createLinkEnd(
    {
      ...shared,
      secret: options.linkSecret ?? SECRET,
      transmit: send("link"),
      sink: sink("link"),
      program: "test",
      programVersion: "1",
      pid: 7,
    },
    0,
  );
  const events = { node: [] as FlorIoEvent[], link: [] as FlorIoEvent[] };
  const run = (untilMs: number): void => {
    for (; time.now <= untilMs; time.now += 5) {
      node.handleTimeout(time.now);
      link.handleTimeout(time.now);
      for (let next = inFlight.shift(); next !== undefined; next = inFlight.shift()) {
        (next.to === "node" ? node : link).handleReceive(next.octets, next.octets.length, time.now);
      }
      for (let event = node.pollEvent(); event !== undefined; event = node.pollEvent()) events.node.push(event);
      for (let event = link.pollEvent(); event !== undefined; event = link.pollEvent()) events.link.push(event);
    }
  };
  return { node, link, run, events, received, time, inFlight };
}

function frame(payload: number, octets = 40): Uint8Array {
  const whole = new Uint8Array(octets).fill(payload);
  writeFrameHeader(viewOf(whole), 0, { type: FRAME_DATA, flags: 0, length: octets - 16, port: 1, token: ZERO_TOKEN });
  return whole;
}

describe("handshake", () => {
  it("makes both ends ready and tells the node who the link is", () => {
    const { node, link, run, events } = pairOf();
    run(50);
    expect([node.state, link.state]).toEqual(["ready", "ready"]);
    expect(events.node.map((event) => event.type)).toEqual(["greeted", "ready"]);
    expect(events.node[1]).toMatchObject({ peer: { program: "test", pid: 7, version: 1 } });
  });

  it("survives the loss of any of its first messages", () => {
    for (let lost = 0; lost < 6; lost += 1) {
      let count = 0;
      const { node, link, run } = pairOf({ lose: () => count++ === lost });
      run(2000);
      expect([node.state, link.state]).toEqual(["ready", "ready"]);
    }
  });

  it("does not answer a link that does not know the secret", () => {
    const { node, run, events } = pairOf({ linkSecret: new Uint8Array(32) });
    run(6000);
    expect(node.drops.counts["bad-mac"]).toBeGreaterThan(0);
    expect(events.node).toEqual([{ type: "dead", reason: "deadline" }]);
  });
});

describe("frames", () => {
  it("cross in bundles, whole and in order, both ways", () => {
    const { node, link, run, received, inFlight } = pairOf();
    run(50);
    for (let n = 0; n < 10; n += 1) node.send(frame(n), 0, 40);
    node.flush();
    expect(inFlight).toHaveLength(1);
    link.send(frame(99), 0, 40);
    link.flush();
    run(60);
    expect(received.link.flat().filter((_, index) => index % 40 === 39)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(received.node).toHaveLength(1);
  });

  it("stop without credit, and go on when it comes", () => {
    const { node, run, received, events } = pairOf({ receiveBufferOctets: 65_536 });
    run(50);
    let sent = 0;
    while (node.send(frame(1, 1000), 0, 1000)) sent += 1;
    expect(sent).toBeLessThanOrEqual(17);
    expect(node.stalls).toBeGreaterThan(0);
    run(100);
    expect(events.node.some((event) => event.type === "credit")).toBe(true);
    expect(received.link.flat().length).toBe(sent * 1000);
    expect(node.send(frame(1, 1000), 0, 1000)).toBe(true);
  });

  it("win their credit back when the kernel lost some", () => {
    let losing = false;
    const { node, run } = pairOf({
      receiveBufferOctets: 65_536,
      lose: (datagram, from) => losing && from === "node" && datagram.length > 900,
    });
    run(50);
    losing = true;
    while (node.send(frame(1, 1000), 0, 1000));
    losing = false;
    run(3000);
    expect(node.send(frame(1, 1000), 0, 1000)).toBe(true);
  });

  it("with another session's token are dropped and counted", () => {
    const { node, run, received } = pairOf();
    run(50);
    const forged = new Uint8Array(48);
    forged.fill(0x5a, 0, 8);
    forged.set(frame(1), 8);
    node.handleReceive(forged, forged.length, 55);
    expect(received.node).toEqual([]);
    expect(node.drops.counts["bad-token"]).toBe(1);
  });
});

describe("state", () => {
  it("arrives in its newest form whatever is lost, and once", () => {
    let count = 0;
    const { link, run, events } = pairOf({ lose: (_, from) => from === "link" && count++ % 3 !== 2 });
    run(2000);
    link.setPorts([{ port: 1, key: "a", mtu: 1400, up: true }], 2000);
    link.setPorts([{ port: 1, key: "a", mtu: 1300, up: true }], 2000);
    run(9000);
    const ports = events.node.filter((event) => event.type === "ports");
    expect(ports.at(-1)).toMatchObject({ ports: [{ port: 1, key: "a", mtu: 1300, segmentMtu: 1300 }] });
    expect(ports.length).toBeLessThanOrEqual(2);
  });
});

describe("liveness", () => {
  it("declares a silent end dead after five seconds", () => {
    let silent = false;
    const { run, events } = pairOf({ lose: (_, from) => silent && from === "link" });
    run(1000);
    silent = true;
    run(8000);
    expect(events.node.at(-1)).toEqual({ type: "dead", reason: "silence" });
  });

  it("does not blame the other end when this process itself was stopped", () => {
    const { node, run, time } = pairOf();
    run(1000);
    time.now += 60_000;
    run(time.now + 100);
    expect(node.state).toBe("ready");
  });
});
