import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AssembledLink } from "./assembled-link.testing.ts";
import { endpoint, frame } from "./memory.testing.ts";

const TOKEN = { high: 1, low: 2 };

describe("sender", () => {
  it("sends frames of one size, and a shorter last one, to one neighbour as one send", () => {
    const link = new AssembledLink();
    const { number } = link.neighbour("peer", "192.0.2.9");
    const frames = [1400, 1400, 1400, 700].map((length) =>
      frame(number, TOKEN, new Uint8Array(length).fill(length & 0xff)),
    );
    link.send(...frames, frame(number, TOKEN, new Uint8Array(900)));
    expect(link.wire.sends).toBe(2);
    expect(link.wire.datagrams.length).toBe(5);
  });

  it("sends every frame to its neighbour, whole, in order, with the port zeroed", () => {
    const hosts = ["192.0.2.9", "192.0.2.10"];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(0, 1), fc.constantFrom(0, 1, 700, 1400, 1456)), { maxLength: 200 }),
        (sends) => {
          const link = new AssembledLink();
          const numbers = hosts.map((host) => link.neighbour(host, host).number);
          link.send(
            ...sends.map(([to, length], index) => frame(numbers[to] ?? 0, TOKEN, new Uint8Array(length).fill(index))),
          );
          expect(link.wire.datagrams).toEqual(
            sends.map(([to, length], index) => ({
              to: endpoint(hosts[to] ?? ""),
              octets: frame(0, TOKEN, new Uint8Array(length).fill(index)),
            })),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it("cuts frames so that they cross any path, until the path has proven more", () => {
    const link = new AssembledLink();
    const { number, path } = link.newNeighbour("peer", "192.0.2.9");
    link.send(frame(number, TOKEN, new Uint8Array(1236)));
    expect(link.wire.datagrams.length).toBe(3);
    for (const { octets } of link.wire.datagrams) expect(octets.length).toBeLessThanOrEqual(576 - 28);
    path.handleTimeout(link.now);
    for (let probe = path.pollTransmit(); probe !== undefined; probe = path.pollTransmit())
      if (probe.octets <= 1096) path.handleEcho(probe.nonce, link.now);
    link.send(frame(number, TOKEN, new Uint8Array(1236)));
    expect(link.wire.datagrams.slice(3).map(({ octets }) => octets.length)).toEqual([20 + 618, 20 + 618]);
  });

  it("carries a frame of exactly the MTU, and drops, counts and reports one octet more", () => {
    for (const [segments, mtu] of [
      [true, 16_384],
      [false, 1472],
    ] as const) {
      const link = new AssembledLink({ segments });
      const { number } = link.neighbour("peer", "192.0.2.9");
      expect(link.node.ports.get(number)?.mtu).toBe(mtu);
      link.send(frame(number, TOKEN, new Uint8Array(mtu - 16)));
      expect(link.wire.datagrams.length).toBeGreaterThan(0);
      const before = link.wire.datagrams.length;
      link.send(frame(number, TOKEN, new Uint8Array(mtu - 15)));
      expect(link.wire.datagrams.length).toBe(before);
      expect(link.node.counts.get("drop.too-big")).toBe(1);
      expect(link.node.tooBigs).toEqual([{ port: number, mtu, octets: mtu + 1 }]);
    }
  });

  it("cuts frames to what the kernel says the path takes, at once", () => {
    const link = new AssembledLink();
    const { number } = link.neighbour("peer", "192.0.2.9");
    link.wire.limit = 1252;
    link.wire.mtu = 1280;
    link.send(frame(number, TOKEN, new Uint8Array(1400)));
    expect(link.wire.datagrams).toEqual([]);
    expect(link.node.counts.get("drop.send-too-long")).toBe(1);
    expect(link.node.ports.get(number)).toMatchObject({ mtu: 16_384, segmentMtu: 1252 });
    link.send(frame(number, TOKEN, new Uint8Array(1400)));
    expect(link.wire.datagrams.map(({ octets }) => octets.length)).toEqual([720, 720]);
  });

  it("steps down where the kernel does not say how far", () => {
    const link = new AssembledLink();
    const { number } = link.neighbour("peer", "192.0.2.9");
    link.wire.limit = 1400;
    for (const segmentMtu of [1464, 1392]) {
      link.send(frame(number, TOKEN, new Uint8Array(1440)));
      expect(link.node.ports.get(number)?.segmentMtu).toBe(segmentMtu);
    }
    expect(link.wire.datagrams).toEqual([]);
    link.send(frame(number, TOKEN, new Uint8Array(1440)));
    expect(link.wire.datagrams.length).toBe(2);
  });

  it("counts frames to ports that it does not have or whose address it does not know", () => {
    const link = new AssembledLink();
    link.ports.setNeighbours([{ key: "peer", address: "", token: new Uint8Array(0), port: 0, peer: "" }]);
    link.send(frame(1, TOKEN, new Uint8Array(1)), frame(77, TOKEN, new Uint8Array(1)));
    expect(link.node.counts.get("drop.no-address")).toBe(1);
    expect(link.node.counts.get("drop.unknown-port")).toBe(1);
  });
});
