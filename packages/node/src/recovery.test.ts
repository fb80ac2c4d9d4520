/** How long it takes until nodes are back with each other, for outages of every length: in the nodes' own time. */
import { describe, expect, it, vi } from "vitest";
import { type Dialler, MemorySocket, peerOf, toWeb } from "./memory-network.testing.ts";
import { coreStatusOf } from "./node-status.ts";
import { StagedNetwork, type StagedCable, type StagedNode } from "./staged-network.testing.ts";

/** Whatever an outage was, its end is noticed within this time. */
const BACK_MS = 2000;
const LOOK_MS = 50;
/** Every length up to the time after which a session is given up, then fewer, to five minutes. */
const OUTAGES_S = [...Array.from({ length: 35 }, (_, index) => index + 1), 40, 60, 120, 300];

interface Stage {
  readonly net: StagedNetwork;
  readonly near: StagedNode;
  readonly far: StagedNode;
  readonly cable: StagedCable;
}

const accept: Dialler = (_, outcome) => outcome.connected(new MemorySocket(), new Uint8Array(4), 80);

function stage(): Stage {
  const net = new StagedNetwork();
  const near = net.add("near", { peers: [peerOf("far", { link: "wan", address: "f" })], routeTo: "far" });
  const far = net.add("far", { peers: [peerOf("near", { link: "wan" })], dial: accept });
  return { net, near, far, cable: net.connect(near, { address: "f" }, far, { address: "n" }) };
}

/** Milliseconds until far is up at near. */
function timeUntilUp({ net, near }: Stage): number {
  const start = net.now;
  while (net.now < start + 60_000 && net.peerStatus(near, "far").state !== "up") net.run(LOOK_MS);
  return net.now - start;
}

function setOpen({ cable }: Stage, isOpen: boolean): void {
  cable.isOpenThere = isOpen;
  cable.isOpenBack = isOpen;
}

describe("a node", () => {
  it.each(OUTAGES_S)("is back soon after an outage of %i s, and its clients with it", (seconds) => {
    const staged = stage();
    staged.net.run(5000);
    setOpen(staged, false);
    staged.net.run(seconds * 1000);
    setOpen(staged, true);
    const reply = staged.net.connectClient(staged.near);
    expect(timeUntilUp(staged)).toBeLessThanOrEqual(BACK_MS);
    staged.net.run(BACK_MS);
    expect(reply()).toBe("ok");
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])("keeps its control connection when frame %i of both is lost", (lost) => {
    const { net, near, far, cable } = stage();
    let count = 0;
    const isLost = (): boolean => (count += 1) === lost;
    cable.isLostThere = isLost;
    cable.isLostBack = isLost;
    net.run(5000);
    expect(count).toBeGreaterThan(lost);
    for (const { node, log } of [near, far]) {
      expect([...node.topology.neighbours.values()].map(({ best }) => best?.alive)).toEqual([true]);
      expect(log.filter(({ step }) => step === "control-closed")).toEqual([]);
      expect(node.drops.counts["control.malformed-message"]).toBe(0);
    }
  });

  it("leaves one that says that it stops alone, until it is back", () => {
    const { net, near, far } = stage();
    net.run(5000);
    far.node.close();
    far.isWoken = true;
    net.run(1000);
    const steps = (): string[] => near.log.map(({ step }) => step);
    expect(steps()).toEqual(expect.arrayContaining(["adjacency-down", "control-closed", "session-closed"]));
    const peer = near.node.sessions.named("far");
    expect([peer?.path, peer?.session]).toEqual([undefined, undefined]);
    expect(peer!.redial.dueAt - net.now).toBeGreaterThan(2500);
    expect([...near.node.sessions.carried]).toHaveLength(0);
    expect(far.node.nextTimeout() ?? Infinity).toBe(Infinity);
    far.isDead = true;
    const again = net.add("far", { peers: [peerOf("near", { link: "wan" })], dial: accept });
    net.connect(near, { address: "f" }, again, { address: "n" });
    const reply = net.connectClient(near);
    net.run(BACK_MS);
    expect(reply()).toBe("ok");
    expect(steps().filter((step) => step === "session-established")).toHaveLength(2);
  });

  it("replaces a session over which nothing opens, though it is alive, and both ends say why", () => {
    const { net, near, far } = stage();
    net.run(5000);
    const { egress } = far.node;
    const forgetful = { acceptStream: () => undefined };
    Object.assign(egress, forgetful);
    for (let asked = 0; asked < 10; asked += 1) {
      net.connectClient(near);
      net.run(5000);
    }
    const why = expect.stringMatching(/^replaced: it was alive, but \d opens got no answer for \d\d s$/);
    for (const [node, other] of [
      [near, "far"],
      [far, "near"],
    ] as const) {
      expect(node.log).toContainEqual({ step: "session-closed", fields: { peer: other, reason: why } });
      const peer = coreStatusOf(node.node, net.now).peers.find(({ name }) => name === other);
      expect(peer?.lastEnd?.reason).toEqual(why);
    }
    Reflect.deleteProperty(egress, "acceptStream");
    expect(net.peerStatus(near, "far").state).toBe("up");
    const reply = net.connectClient(near);
    net.run(1000);
    expect(reply()).toBe("ok");
  });

  it.each([
    ["near", 20],
    ["near", 40],
    ["near", 3600],
    ["far", 40],
    ["far", 400],
  ] as const)("is back soon after %s was suspended for %i s, and its clients with it", (who, seconds) => {
    const staged = stage();
    staged.net.run(5000);
    const suspended = staged[who];
    suspended.isDead = true;
    staged.net.run(seconds * 1000);
    suspended.isDead = false;
    suspended.isWoken = true;
    const reply = staged.net.connectClient(staged.near);
    const woken = staged.net.now;
    while (reply() === undefined && staged.net.now < woken + 60_000) staged.net.run(LOOK_MS);
    expect(reply()).toBe("ok");
    expect(staged.net.now - woken).toBeLessThanOrEqual(BACK_MS);
  });

  it("counts nothing as malformed, nor as any mistake of others, while all are honest", () => {
    const staged = stage();
    const { net, near, far } = staged;
    for (let round = 0; round < 5; round += 1) {
      net.run(3000);
      for (let client = 0; client < 20; client += 1) net.connectClient(near);
      net.run(200);
      setOpen(staged, false);
      net.run(round * 9000);
      setOpen(staged, true);
    }
    net.run(5000);
    const mistakes = /malformed|bad|envelope|payload|replayed|unknown-(?:port|label|sender)|ignored/;
    for (const node of [near, far])
      expect(Object.keys(net.drops(node)).filter((name) => mistakes.test(name))).toEqual([]);
  });

  it.each([1, 10, 25, 100, 400])("meets one that starts %i s later", (seconds) => {
    const staged = stage();
    staged.cable.isOpenThere = false;
    staged.net.run(seconds * 1000);
    staged.cable.isOpenThere = true;
    // After five minutes it is dialled every five seconds.
    expect(timeUntilUp(staged)).toBeLessThanOrEqual(seconds > 300 ? 5000 + BACK_MS : BACK_MS);
  });
});

describe("a cut cable", () => {
  it.each([
    [50, 50, 150],
    [50, 300, 900],
    [1000, 50, 3000],
  ])("is found out after three hellos of the slower of two, %i and %i ms", (near, far, silentMs) => {
    const net = new StagedNetwork();
    const a = net.add("near", { peers: [peerOf("far", { link: "wan", address: "f" })], helloIntervalMs: near });
    const b = net.add("far", { peers: [peerOf("near", { link: "wan" })], helloIntervalMs: far });
    const cable = net.connect(a, { address: "f" }, b, { address: "n" });
    net.run(5000);
    const adjacency = [...a.node.links.get("wan")!.adjacencies.values()][0]!;
    expect(adjacency.alive).toBe(true);
    cable.isOpenBack = false;
    const cutAt = net.now;
    while (adjacency.alive && net.now < cutAt + 10_000) net.run(5);
    // The last hello that came was up to an interval before.
    expect(net.now - cutAt).toBeGreaterThan((silentMs * 2) / 3 - 10);
    expect(net.now - cutAt).toBeLessThanOrEqual(silentMs + 10);
  });
});

describe("a link that says that nothing can leave", () => {
  const announce = ({ net, near, far }: Stage, up: boolean): void => {
    const key = far.node.settings.identity.id;
    const common = { port: 1, key, mtu: 16_384, segmentMtu: 1472, address: "", provisional: false };
    near.node.links.handlePorts("wan", [{ ...common, up, ...(!up && { problem: "no carrier" }) }], net.now);
  };

  it("is believed at once, and the neighbour is asked at once when it takes that back", () => {
    const staged = stage();
    const { net, near } = staged;
    net.run(5000);
    setOpen(staged, false);
    announce(staged, false);
    expect(net.peerStatus(near, "far").state).not.toBe("up");
    net.run(60_000);
    setOpen(staged, true);
    announce(staged, true);
    net.run(50);
    expect(net.peerStatus(near, "far").state).toBe("up");
    const reply = net.connectClient(near);
    net.run(BACK_MS);
    expect(reply()).toBe("ok");
  });

  it("does not end what was open when it is right for a moment only", () => {
    const staged = stage();
    const { net, near } = staged;
    net.run(5000);
    const reply = net.connectClient(near);
    announce(staged, false);
    net.run(10);
    announce(staged, true);
    net.run(50);
    expect(net.peerStatus(near, "far").state).toBe("up");
    net.run(500);
    expect(reply()).toBe("ok");
  });

  it("has the neighbour told once, however often it says so of one that is not heard", () => {
    const staged = stage();
    const { net, near } = staged;
    net.run(5000);
    const told = vi.spyOn(near.node.control.messages, "sendDown");
    setOpen(staged, false);
    for (let times = 0; times < 10; times += 1) {
      announce(staged, false);
      net.run(100);
      announce(staged, true);
      net.run(100);
    }
    expect(told.mock.calls.length).toBe(1);
  });
});

describe("a clock that jumps", () => {
  const YEAR_SECONDS = 31_536_000;

  it.each([-56 * YEAR_SECONDS, -3600, 3600, 10 * YEAR_SECONDS])("by %i s ends no flow, and no adjacency", (jump) => {
    const staged = stage();
    const { net, near } = staged;
    net.run(5000);
    const client = new MemorySocket();
    near.node.accept(client, toWeb, net.now);
    net.run(1000);
    near.skewSeconds = jump;
    // Hellos, refreshed advertisements and kept-alive sessions: all by the time that only goes forward.
    net.run(1_200_000);
    expect([client.received[0], client.isReset, net.peerStatus(near, "far").state]).toEqual([0, false, "up"]);
    const downs = near.log.filter(({ step }) => step === "adjacency-down" || step === "session-closed");
    expect(downs).toEqual([]);
    // Back at the right time, it is let in again after an outage, too.
    near.skewSeconds = 0;
    setOpen(staged, false);
    net.run(60_000);
    setOpen(staged, true);
    expect(timeUntilUp(staged)).toBeLessThanOrEqual(BACK_MS);
  });
});
