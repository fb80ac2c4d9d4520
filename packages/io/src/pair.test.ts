import { FaultyChannel, numberedFrame, Pair, examplePort } from "@flor/testkit";
import { FRAME_CONTROL, FRAME_DATA, SESSION_TOKEN_OCTETS } from "@flor/wire";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FlorIoEvent } from "./event.ts";

const LABELS = ["node", "link"] as const;

function typesOf(events: readonly FlorIoEvent[]): string[] {
  return events.map(({ type }) => type);
}

function lastList(events: readonly FlorIoEvent[]): unknown {
  return events.findLast(({ type }) => type === "ports" || type === "neighbours");
}

describe("a handshake", () => {
  it("succeeds whichever of its first eight datagrams are lost", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xff }), (lost) => {
        const pair = new Pair();
        let count = 0;
        const lose = (): boolean => ((lost >> count++) & 1) === 1;
        pair.toNode.filter = lose;
        pair.toLink.filter = lose;
        pair.makeReady();
        expect(typesOf(pair.nodeEvents).filter((type) => type === "ready")).toEqual(["ready"]);
        expect(typesOf(pair.linkEvents).filter((type) => type === "ready")).toEqual(["ready"]);
      }),
      { numRuns: 300 },
    );
  });

  it("succeeds within its deadline through loss, duplication, reordering and corruption", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const pair = new Pair({ seed });
        for (const channel of [pair.toNode, pair.toLink]) {
          channel.faults = { drop: 0.2, duplicate: 0.2, reorder: 0.3, corrupt: 0.2 };
        }
        // Nothing but the handshake withstands corruption: loopback has checksums.
        while (pair.now < 2500 && pair.node.state === "handshaking") pair.runFor(1);
        for (const channel of [pair.toNode, pair.toLink]) channel.faults = {};
        pair.makeReady();
        expect(pair.now).toBeLessThan(5000);
      }),
      { numRuns: 100 },
    );
  });

  it("is answered with the same Welcome as often as the same Hello comes", () => {
    const pair = new Pair();
    const answers: string[] = [];
    pair.toLink.filter = (datagram) => answers.push(datagram.toHex()) > 0;
    pair.runFor(1000);
    expect(answers.length).toBeGreaterThanOrEqual(3);
    expect(new Set(answers).size).toBe(1);
  });

  it("sends a node's octets only while it handles a datagram, so that they go where that came from", () => {
    const pair = new Pair();
    pair.toLink.filter = () => true;
    pair.runFor(50);
    const answered = pair.toLink.sent;
    pair.toNode.filter = () => true;
    pair.runFor(3000);
    expect(pair.toLink.sent).toBe(answered);
  });

  it("gives no answer to a link that does not know the secret", () => {
    const pair = new Pair({ linkSecret: new Uint8Array(32) });
    pair.runFor(6000);
    expect(pair.toLink.sent).toBe(0);
    expect(pair.node.drops.counts["bad-mac"]).toBeGreaterThan(3);
    expect(pair.nodeEvents).toEqual([{ type: "dead", reason: "deadline" }]);
    expect(pair.linkEvents).toEqual([{ type: "dead", reason: "deadline" }]);
  });

  it("uses a capability when both ends have it", () => {
    const pair = new Pair({ nodeCapabilities: ["segments", "stats"], linkCapabilities: ["stats", "roaming"] });
    pair.makeReady();
    for (const events of [pair.nodeEvents, pair.linkEvents]) {
      expect(events.find(({ type }) => type === "ready")).toMatchObject({ peer: { capabilities: ["stats"] } });
    }
  });

  it("is refused at both ends when the link stands on the node itself", () => {
    const instance = new Uint8Array(16).fill(5);
    const pair = new Pair({ nodeAncestry: [instance], linkAncestry: [new Uint8Array(16), instance] });
    pair.runFor(1000);
    expect(pair.nodeEvents.at(-1)).toMatchObject({ type: "rejected", code: 6 });
    expect(pair.linkEvents.at(-1)).toMatchObject({ type: "rejected", code: 6 });
  });

  it("is refused when there would be more than eight layers", () => {
    const ids = (count: number): Uint8Array[] => Array.from({ length: count }, (_, id) => new Uint8Array(16).fill(id));
    const pair = new Pair({ nodeAncestry: ids(3), linkAncestry: ids(9).slice(3) });
    pair.runFor(1000);
    expect(pair.nodeEvents.at(-1)).toMatchObject({ type: "rejected", code: 6 });
  });

  it("costs a bounded number of MACs when a stranger floods", () => {
    const pair = new Pair({ linkSecret: new Uint8Array(32) });
    const hello = captureFirst(pair.toNode, () => pair.runFor(500));
    for (let i = 0; i < 10_000; i += 1) pair.node.handleReceive(hello, hello.length, pair.now);
    expect(pair.node.drops.counts["bad-mac"]).toBeLessThan(100);
    expect(pair.node.drops.counts.flooded).toBeGreaterThan(9900);
  });
});

describe("frames", () => {
  it("arrive whole, unaltered, in order and once, in both directions, past any amount of credit", () => {
    const pair = new Pair();
    pair.makeReady();
    const sent = { node: 0, link: 0 };
    for (let turn = 0; turn < 400; turn += 1) {
      for (const from of LABELS) {
        while (sent[from] < 3000 && pair[from].send(numberedFrame(sent[from], 1200), 0, 1216)) sent[from] += 1;
      }
      pair.runFor(1);
    }
    for (const frames of [pair.linkFrames, pair.nodeFrames]) {
      expect(frames).toHaveLength(3000);
      frames.forEach((frame, number) => expect(frame.toHex()).toBe(numberedFrame(number, 1200).toHex()));
    }
  });

  it("never put more under way than the receive buffer holds, while the other end does not read", () => {
    for (const octets of [16, 100, 1216, 9000, 13_000]) {
      const pair = new Pair();
      pair.makeReady();
      pair.runFor(10);
      pair.toLink.isPaused = true;
      const frame = numberedFrame(1, octets - 16);
      for (let turn = 0; turn < 200; turn += 1) {
        pair.node.send(frame, 0, octets);
        pair.node.flush();
      }
      expect(pair.node.stalls).toBeGreaterThan(0);
      expect(pair.toLink.peakChargeOctets).toBeLessThanOrEqual(212_992);
      expect(pair.toLink.peakChargeOctets).toBeGreaterThan(212_992 / 4);
    }
  });

  it("flow again after a second when a third of the data was lost, as often as that happens", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const pair = new Pair({ seed });
        pair.makeReady();
        pair.toLink.faults = { drop: 0.33, reorder: 0.2 };
        let sent = 0;
        for (let turn = 0; turn < 2000; turn += 1) {
          if (pair.node.send(numberedFrame(sent, 1200), 0, 1216)) sent += 1;
          pair.runFor(5);
        }
        pair.toLink.faults = {};
        pair.runFor(2100);
        pair.linkFrames.length = 0;
        const window = Math.floor(212_992 / 4 / 1224);
        for (let number = 0; number < window; number += 1) {
          expect(pair.node.send(numberedFrame(number, 1200), 0, 1216)).toBe(true);
        }
        pair.runFor(10);
        expect(pair.linkFrames).toHaveLength(window);
      }),
      { numRuns: 10 },
    );
  });

  it("tell when credit is back, and only after it was missed", () => {
    const pair = new Pair();
    pair.makeReady();
    pair.node.send(numberedFrame(0, 1200), 0, 1216);
    pair.runFor(20);
    expect(typesOf(pair.nodeEvents)).not.toContain("credit");
    while (pair.node.send(numberedFrame(0, 1200), 0, 1216));
    pair.runFor(20);
    expect(typesOf(pair.nodeEvents)).toContain("credit");
  });

  it("longer than a bundle go alone; longer than the other end takes are refused and counted", () => {
    const pair = new Pair();
    pair.makeReady();
    expect(pair.node.bundleLimit).toBe(13_312);
    expect(pair.node.send(numberedFrame(0, 16_368), 0, 16_384)).toBe(true);
    expect(pair.node.reserve(53_241)).toBe(-1);
    expect(pair.node.send(numberedFrame(0, 60_000), 0, 60_016)).toBe(false);
    pair.runFor(10);
    expect(pair.linkFrames).toHaveLength(1);
    expect(pair.node.drops.counts).toMatchObject({ "too-large": 2, "no-credit": 0 });
  });

  it("sent in place arrive like those that were copied, however long the run", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 14 }), (lengths) => {
        const pair = new Pair({ receiveBufferOctets: 425_984 });
        pair.makeReady();
        const frames = lengths.map((length, number) => numberedFrame(number, length));
        const run = new Uint8Array(8 + frames.reduce((sum, { length }) => sum + length, 0));
        let at = 8;
        for (const frame of frames) {
          run.set(frame, at);
          at += frame.length;
        }
        expect(pair.link.sendInPlace(run, new DataView(run.buffer), 8, run.length)).toBe(true);
        pair.runFor(10);
        expect(pair.nodeFrames.map((frame) => frame.toHex())).toEqual(frames.map((frame) => frame.toHex()));
      }),
      { numRuns: 100 },
    );
  });

  it("are refused and counted before the session is ready", () => {
    const pair = new Pair();
    expect(pair.node.send(numberedFrame(0, 4), 0, 20)).toBe(false);
    expect(pair.node.drops.counts["not-ready"]).toBe(1);
  });
});

describe("state", () => {
  it("arrives in its newest form through loss, duplication and reordering, and is repeated no more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 20 }), (seed, changes) => {
        const pair = new Pair({ seed });
        pair.makeReady();
        for (const channel of [pair.toNode, pair.toLink]) {
          channel.faults = { drop: 0.3, duplicate: 0.3, reorder: 0.3 };
        }
        for (let change = 1; change <= changes; change += 1) {
          pair.link.setPorts([examplePort(1, { mtu: 1400 + change })], pair.now);
          pair.runFor(7);
        }
        pair.runFor(15_000);
        expect(lastList(pair.nodeEvents)).toEqual({ type: "ports", ports: [examplePort(1, { mtu: 1400 + changes })] });
        for (const channel of [pair.toNode, pair.toLink]) channel.faults = {};
        pair.runFor(2000);
        const sent = pair.toNode.sent;
        pair.runFor(1000);
        expect(pair.toNode.sent - sent).toBeLessThan(8);
      }),
      { numRuns: 20 },
    );
  });

  it("set before the session is ready goes as soon as it is", () => {
    const pair = new Pair();
    const neighbour = { key: "a", address: "", token: new Uint8Array(8).fill(1), port: 0, peer: "" };
    pair.node.setNeighbours([neighbour], pair.now);
    pair.makeReady();
    pair.runFor(60);
    expect(lastList(pair.linkEvents)).toEqual({ type: "neighbours", neighbours: [neighbour] });
  });

  it("goes behind the frames that were written before it: the last ones to a neighbour that it leaves out", () => {
    const pair = new Pair();
    pair.makeReady();
    pair.runFor(10);
    const types: (number | undefined)[] = [];
    pair.toLink.filter = (datagram) => types.push(datagram[SESSION_TOKEN_OCTETS]) < 0;
    pair.node.send(numberedFrame(1, 100), 0, 116);
    pair.node.setNeighbours([], pair.now);
    expect(types).toEqual([FRAME_DATA, FRAME_CONTROL]);
  });

  it("that breaks a bound is acknowledged with an error and changes nothing", () => {
    const pair = new Pair();
    pair.makeReady();
    for (const ports of [
      [examplePort(0)],
      [examplePort(65_536)],
      [examplePort(1), examplePort(1)],
      [examplePort(1, { key: "" })],
      [examplePort(1, { key: "k".repeat(256) })],
    ]) {
      pair.link.setPorts(ports, pair.now);
      pair.runFor(100);
      expect(pair.linkEvents.pop()).toMatchObject({ type: "error", code: "malformed" });
    }
    expect(lastList(pair.nodeEvents)).toBeUndefined();
    expect(pair.node.drops.counts.malformed).toBe(5);
  });
});

describe("liveness", () => {
  it("finds an end dead within six seconds of silence, and not before five", () => {
    const pair = new Pair();
    pair.makeReady();
    pair.toNode.filter = () => true;
    pair.runFor(4900);
    expect(pair.node.state).toBe("ready");
    pair.runFor(1200);
    expect(pair.nodeEvents.at(-1)).toEqual({ type: "dead", reason: "silence" });
    expect(pair.node.nextTimeout()).toBeUndefined();
  });

  it("keeps a session without data alive, with some ten datagrams a second at most", () => {
    const pair = new Pair();
    pair.makeReady();
    const sent = pair.toNode.sent + pair.toLink.sent;
    pair.runFor(60_000);
    expect([pair.node.state, pair.link.state]).toEqual(["ready", "ready"]);
    expect((pair.toNode.sent + pair.toLink.sent - sent) / 60).toBeLessThan(10);
  });

  it("does not blame the other end when this process was stopped", () => {
    const pair = new Pair();
    pair.makeReady();
    pair.node.handleTimeout(pair.now + 60_000);
    expect(pair.node.state).toBe("ready");
  });

  it("carries the link's figures to the node, sixty-four at most", () => {
    const counters = Array.from({ length: 70 }, (_, value) => ({ name: `figure.${value}`, value }));
    const pair = new Pair({ counters: () => counters });
    pair.makeReady();
    pair.runFor(1500);
    const event = pair.nodeEvents.find(({ type }) => type === "counters");
    expect(event).toEqual({ type: "counters", counters: counters.slice(0, 64) });
  });
});

describe("the end of a session", () => {
  it("is said with its reason, and nothing is sent after it", () => {
    const pair = new Pair();
    pair.makeReady();
    pair.node.send(numberedFrame(3, 10), 0, 26);
    pair.node.close("stopped by hand");
    pair.runFor(10);
    expect(pair.linkFrames).toHaveLength(1);
    expect(pair.linkEvents.at(-1)).toEqual({ type: "bye", reason: "stopped by hand" });
    expect([pair.node.state, pair.link.state]).toEqual(["closed", "closed"]);
    const sent = pair.toNode.sent + pair.toLink.sent;
    pair.runFor(10_000);
    expect(pair.toNode.sent + pair.toLink.sent).toBe(sent);
  });

  it("is announced by a drain with its deadline", () => {
    const pair = new Pair();
    pair.makeReady();
    pair.node.sendDrain(1500);
    pair.runFor(5);
    expect(pair.linkEvents.at(-1)).toEqual({ type: "drain", deadlineMs: 1500 });
  });
});

/** The first datagram that the channel is given while `run` runs. */
function captureFirst(channel: FaultyChannel, run: () => void): Uint8Array {
  let first: Uint8Array | undefined;
  channel.filter = (datagram) => {
    first ??= datagram.slice();
    return true;
  };
  run();
  if (first === undefined) throw new Error("nothing was sent");
  return first;
}

describe("a list longer than one message", () => {
  const neighbours = (count: number) =>
    Array.from({ length: count }, (_, n) => {
      const id = `flor1${String(n).padStart(58, "0")}`;
      return { key: id, address: `203.0.113.${n % 256}:4600`, token: new Uint8Array(8), port: 0, peer: id };
    });
  const listed = (events: readonly FlorIoEvent[]): number[] =>
    events.flatMap((event) => (event.type === "neighbours" ? [event.neighbours.length] : []));

  it("comes whole, in parts, whichever of them are lost on the way", () => {
    const pair = new Pair({ nodeCapabilities: ["parts"], linkCapabilities: ["parts"], seed: 3 });
    pair.makeReady();
    pair.toLink.faults = { drop: 0.4, duplicate: 0.3, reorder: 0.3 };
    expect(pair.node.setNeighbours(neighbours(1024), pair.now)).toBe(0);
    pair.runFor(5000);
    expect(listed(pair.linkEvents)).toEqual([1024]);
    expect(pair.node.setNeighbours(neighbours(700), pair.now)).toBe(0);
    pair.runFor(5000);
    expect(listed(pair.linkEvents)).toEqual([1024, 700]);
  });

  it("is cut at the bound, or at one message where the link knows of no parts, and the node learns by how much", () => {
    const pair = new Pair({ nodeCapabilities: ["parts"], linkCapabilities: ["parts"] });
    pair.makeReady();
    expect(pair.node.setNeighbours(neighbours(1100), pair.now)).toBe(76);
    const plain = new Pair();
    plain.makeReady();
    const leftOut = plain.node.setNeighbours(neighbours(300), plain.now);
    plain.runFor(1000);
    expect(leftOut).toBeGreaterThan(0);
    expect(listed(plain.linkEvents)).toEqual([300 - leftOut]);
  });
});
