/** Nodes that carry nothing for others: who hears of it, what still crosses them, and what is said of it. */
import { describe, expect, it } from "vitest";
import { openFlow, stage } from "./areas/areas-stage.testing.ts";
import { LayerView } from "./layer-view.ts";
import { type Dialler, MemorySocket, peerOf, toWeb } from "./memory-network.testing.ts";
import { probe } from "./probe.ts";
import type { PeerSettings } from "./settings.ts";
import { StagedNetwork, type StagedNode } from "./staged-network.testing.ts";
import { TRANSIT_GRACE_MS } from "./forward.ts";

const SETTLED_MS = 6000;
/** News, and what is computed from it. */
const HEARD_MS = 500;

/** a – x – d, and where `y` is wanted a – y – d: a client at a, a target behind d, and one behind x. */
class Diamond {
  readonly net = new StagedNetwork();
  readonly a: StagedNode;
  readonly x: StagedNode;
  target = new MemorySocket();

  constructor({ hasY = true, transit = true, more = {} }: DiamondOptions) {
    const accept: Dialler = (_, outcome) => {
      this.target = new MemorySocket();
      outcome.connected(this.target, new Uint8Array(4), 80);
    };
    const dialled = (name: string, link: string): PeerSettings => peerOf(name, { link, address: name });
    const ends = (far: PeerSettings, ...via: readonly PeerSettings[]) => (hasY ? [...via, far] : [via[0]!, far]);
    const links = ["wan", "wan2"];
    const toD = { ...peerOf("d"), ...more };
    const a = this.net.add("a", { peers: ends(toD, dialled("x", "wan"), dialled("y", "wan2")), links, routeTo: "d" });
    const between = { links: ["wan", "left"], peers: [peerOf("a", { link: "left" }), dialled("d", "wan")] };
    const x = this.net.add("x", { ...between, transit, dial: accept });
    const d = this.net.add("d", {
      peers: ends(peerOf("a"), peerOf("x", { link: "wan" }), peerOf("y", { link: "wan2" })),
      links,
      dial: accept,
    });
    this.net.connect(a, {}, x, {}, "left");
    this.net.connect(x, {}, d, {});
    if (hasY) {
      const y = this.net.add("y", between);
      this.net.connect(a, {}, y, {}, "left", "wan2");
      this.net.connect(y, {}, d, {}, "wan2");
    }
    [this.a, this.x] = [a, x];
    this.net.run(SETTLED_MS);
  }

  get way(): readonly string[] {
    const view = new LayerView(this.a.node);
    const path = view.paths(view.keyOf("d"), this.net.now).inUse;
    return path?.hops.map(({ name = "" }) => name) ?? [];
  }

  open(): MemorySocket {
    const client = new MemorySocket();
    this.a.node.accept(client, toWeb, this.net.now);
    this.net.run(1000);
    return client;
  }

  /** Octets of the target that reach the client within that time. */
  heard(client: MemorySocket, ms: number): number {
    const before = client.received.length;
    this.target.listener?.handleOctets(Uint8Array.of(4, 5));
    this.net.node("d").isWoken = true;
    this.net.run(ms);
    return client.received.length - before;
  }

  reason(): string | undefined {
    return this.net.peerStatus(this.a, "d").reason;
  }
}

interface DiamondOptions {
  readonly hasY?: boolean;
  readonly transit?: boolean;
  readonly more?: Partial<PeerSettings>;
}

describe("a node that carries nothing for others any more", () => {
  it("loses no frame of those who have another way: they hear first, and what is under way is carried", () => {
    const diamond = new Diamond({});
    const other = diamond.way[0] === "x" ? "y" : "x";
    const left = diamond.net.node(other === "y" ? "x" : "y");
    const client = diamond.open();
    left.node.setTransit(false, diamond.net.now);
    expect(left.node.transit.status(diamond.net.now)).toMatchObject({ carries: false, stillForMs: TRANSIT_GRACE_MS });
    diamond.net.run(HEARD_MS);
    expect(diamond.way).toEqual([other, "d"]);
    expect(diamond.heard(client, 100)).toBe(2);
    diamond.net.run(2 * TRANSIT_GRACE_MS);
    expect(diamond.heard(client, 100)).toBe(2);
    expect(diamond.net.drops(left)).toEqual({});
    const { carries, stillForMs, lastAgoMs, frames } = left.node.transit.status(diamond.net.now);
    expect([carries, stillForMs, frames > 0]).toEqual([false, undefined, true]);
    expect(lastAgoMs).toBeGreaterThan(TRANSIT_GRACE_MS);
  });

  it("ends the way of those who have no other, who are told, and takes it up again for the flows that wait", () => {
    const line = new Diamond({ hasY: false });
    const client = line.open();
    const { node } = line.x;
    node.setTransit(false, line.net.now);
    line.net.run(HEARD_MS);
    expect(line.way).toEqual([]);
    expect(line.reason()).toBe(
      "every path leads over nodes that carry nothing for others, such as x (transit: false there)",
    );
    // What is under way, and what waits for a way as long as there may be one again.
    expect(line.heard(client, 1000)).toBe(2);
    line.net.run(TRANSIT_GRACE_MS);
    expect(line.heard(client, 3000)).toBe(0);
    // Nobody sends in vain, once what was under way is carried.
    expect(line.a.node.sessions.named("d")?.wayAt(line.net.now)).toBeUndefined();
    const refused = node.forwarder.drops.counts["transit-refused"];
    line.net.run(TRANSIT_GRACE_MS);
    expect(node.forwarder.drops.counts["transit-refused"]).toBe(refused);
    node.setTransit(true, line.net.now);
    line.net.run(SETTLED_MS);
    expect(line.way).toEqual(["x", "d"]);
    expect([client.received.length > 0, line.heard(client, 1000)]).toEqual([true, 2]);
    expect(line.x.log.map(({ step }) => step).filter((step) => step.startsWith("transit"))).toEqual([
      "transit-refused",
      "transit-carried",
    ]);
  });
});

describe("a node that carries nothing for others", () => {
  it("is in no path from the first moment, and is reached itself, by flows and by echoes", () => {
    const { net, a, x, way } = new Diamond({ transit: false });
    expect(way).toEqual(["y", "d"]);
    const outcomes: unknown[] = [];
    const key = new LayerView(a.node).keyOf("x");
    const asked = { run: "00", sequence: 1, octets: 0, isWhole: false, timeoutMs: 500, nameOf: String };
    probe(a.node, [key], { ...asked, run: "0011223344556677" }, net.now, (outcome) => outcomes.push(outcome));
    a.node.sessions.want("x");
    net.run(1000);
    expect(outcomes).toEqual([{ rttMs: expect.any(Number), reached: 1 }]);
    expect(a.node.sessions.named("x")?.session?.established).toBe(true);
    expect(net.drops(x)).toEqual({});
    expect(x.node.transit.status(net.now)).toEqual({ carries: false, frames: 0 });
  });

  it("is named where the configuration wants the path through it, and where an echo is sent that way", () => {
    const { net, a, ...diamond } = new Diamond({ transit: false, more: { via: ["x"] } });
    expect(net.peerStatus(a, "d")).toEqual({
      state: "unreachable",
      reason: "via leads over nodes that carry nothing for others: x (transit: false there)",
    });
    const view = new LayerView(a.node);
    expect(view.paths(view.keyOf("d"), net.now)).toMatchObject({ inUse: undefined, refused: { by: ["x"] } });
    const outcomes: unknown[] = [];
    const hops = ["x", "d"].map((name) => view.keyOf(name));
    const asked = { run: "0011223344556677", sequence: 1, octets: 0, isWhole: false, timeoutMs: 500 };
    probe(a.node, hops, { ...asked, nameOf: (key) => view.nameOf(key) }, net.now, (outcome) => outcomes.push(outcome));
    expect(outcomes).toEqual([{ problem: "x carries nothing for others" }]);
    expect(diamond.x.node.forwarder.drops.counts["transit-refused"]).toBe(0);
  });

  it("is named behind what keeps a neighbour away to whom it could lead", () => {
    const { net, a } = new Diamond({ hasY: false, transit: false, more: { links: [{ link: "wan2", address: "d" }] } });
    const { reason } = net.peerStatus(a, "d");
    expect(reason).toBe(
      "its link wan2 is down; every path leads over nodes that carry nothing for others, such as x (transit: false there)",
    );
  });

  it("still carries between networks what its rules as a gateway let cross", () => {
    const staged = stage();
    for (const gateway of [staged.nodes.g, staged.nodes.h]) gateway.node.setTransit(false, staged.network.now);
    staged.network.run(2 * TRANSIT_GRACE_MS);
    expect(openFlow(staged).isAlive()).toBe(true);
    expect(staged.network.drops(staged.nodes.g)).toEqual({});
  });
});
