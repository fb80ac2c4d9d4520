import { hexOf } from "@flor/membership";
import { engineMaker } from "@flor/quic/engine";
import { createPlainProvider } from "@flor/quic/plain";
import { encodeOpen } from "@flor/wire";
import { expect, test } from "vitest";
import type { Crossing } from "@flor/areas";
import { ADMISSION_TYPE } from "@flor/quic";
import { AREA_PENDING_MAX } from "./node-areas.ts";
import { identityOf, peerOf } from "../memory-network.testing.ts";
import { coreStatusOf } from "../node-status.ts";
import { sendFrame, writerOf } from "../sender.ts";
import type { StagedNode } from "../staged-network.testing.ts";
import { openFlow, stage } from "./areas-stage.testing.ts";

test("a client's flow reaches a host of another network over a third one, and no node between has a session of it", () => {
  const { network, nodes, dialled } = stage();
  const outcome = network.connectClient(nodes.a);
  network.run(3000);
  expect(outcome()).toBe("ok");
  expect(dialled).toEqual(["web.example"]);
  const foreign = [...nodes.b.node.sessions.carried].find(({ peer }) => peer.settings.network !== undefined);
  expect(foreign?.peer.settings.name).toBe("alice.home");
  const between = [nodes.g, nodes.h].flatMap(({ node }) => [...node.sessions.carried].map(({ peerName }) => peerName));
  expect(between).not.toContain("bob.work");
  // Nothing is odd about a flow between networks, at any of them.
  for (const one of Object.values(nodes)) expect(network.drops(one)).toEqual({});
});

test("whom the gateway's rule does not name is refused, and the reason says so", () => {
  const { network, nodes } = stage("dev");
  const outcome = network.connectClient(nodes.a);
  network.run(3000);
  expect(outcome()).toBe("not-allowed");
  const refused = nodes.a.log.find(({ step }) => step === "foreign-refused");
  expect(refused?.fields["reason"]).toBe("no rule of the gateway lets this host cross there");
});

test("a flow outlives a cut of the gateways' link, and labels of ways that are gone are counted", () => {
  const staged = stage();
  const { network, nodes, cables } = staged;
  const flow = openFlow(staged);
  expect(flow.isAlive()).toBe(true);
  for (const cable of [cables[1]]) if (cable !== undefined) cable.isOpenThere = cable.isOpenBack = false;
  network.run(20_000);
  expect(nodes.a.node.areas.areas.hosts.named("bob.work")?.way).toBeUndefined();
  for (const cable of [cables[1]]) if (cable !== undefined) cable.isOpenThere = cable.isOpenBack = true;
  network.run(20_000);
  expect(flow.isAlive()).toBe(true);
});

test("a flow to a host whose way ended while nobody used it asks for another one, though the session is still there", () => {
  const { network, nodes, cables, sockets } = stage();
  const before = network.connectClient(nodes.a);
  network.run(3000);
  expect(before()).toBe("ok");
  sockets[0]?.listener?.handleReset("ECONNRESET");
  network.run(1000);
  const between = cables[1]!;
  between.isOpenThere = between.isOpenBack = false;
  network.run(5000);
  between.isOpenThere = between.isOpenBack = true;
  network.run(5000);
  expect(nodes.a.node.areas.areas.hosts.named("bob.work")?.way).toBeUndefined();
  expect(nodes.a.node.sessions.named("bob.work")?.session).toBeDefined();
  const after = network.connectClient(nodes.a);
  network.run(3000);
  expect(after()).toBe("ok");
});

test("who is revoked in its network is out at the far end at once, with its flows", () => {
  const staged = stage();
  const { network, home, nodes } = staged;
  const flow = openFlow(staged);
  expect(flow.isAlive()).toBe(true);
  network.run(1000);
  home.revoke("a");
  nodes.g.node.areas.handleMembersChanged();
  nodes.g.isWoken = true;
  network.run(100);
  expect(nodes.b.node.sessions.named("alice.home")).toBeUndefined();
  expect(nodes.b.log.find(({ step }) => step === "foreign-host-gone")?.fields["reason"]).toBe(
    "it is no member of home any more",
  );
  expect(flow.isAlive()).toBe(false);
});

test("a rule that is taken away at a gateway ends the ways that it let through", () => {
  const staged = stage();
  const { network, nodes } = staged;
  const flow = openFlow(staged);
  const { settings } = nodes.h.node.areas.areas.trust;
  const bound = [...nodes.h.node.areas.areas.crossings.all].flatMap(({ up }) => up?.ownLabel ?? []);
  nodes.h.node.setAreas({ ...settings, rules: [] }, network.now);
  network.run(100);
  const outcome = network.connectClient(nodes.a);
  network.run(15_000);
  expect(outcome()).not.toBe("ok");
  expect(nodes.h.node.areas.areas.crossings.all.size).toBe(0);
  // Frames that are under way still are counted, and go nowhere.
  for (const label of bound) {
    const { nextHop } = nodes.h.node.labels.lookup(label) ?? {};
    const [adjacency] = nodes.h.node.topology.neighbours.values().flatMap(({ adjacencies }) => adjacencies);
    if (nextHop !== undefined && "consumer" in nextHop && adjacency !== undefined)
      nextHop.consumer.handlePayload(new Uint8Array(40), 0, 40, adjacency, network.now);
  }
  expect(network.drops(nodes.h)["binding-gone"]).toBe(1);
  nodes.h.node.setAreas(settings, network.now);
  network.run(20_000);
  expect(flow.isAlive()).toBe(true);
});

/** A frame of one neighbour's to another, under whatever labels and with whatever payload. */
function sendAs(from: StagedNode, to: string, stack: readonly number[], payload: Uint8Array, now: number): void {
  const [adjacency] = from.node.topology.neighbours.get(hexOf(identityOf(to).publicKey))?.adjacencies ?? [];
  if (adjacency === undefined || sendFrame(writerOf(payload), adjacency, stack, payload.length, now) <= 0)
    throw new Error("the frame was not sent");
  adjacency.link.door?.flush();
}

test("who guesses a label of another's way gets frames carried, and nothing by it: the session takes none of them", () => {
  const staged = stage();
  const { network, nodes } = staged;
  const flow = openFlow(staged);
  const [crossing] = nodes.g.node.areas.areas.crossings.all;
  const label = crossing?.up?.ownLabel ?? 0;
  // Given to a alone, and h knows it: labels are the gateway's, whichever neighbour a frame comes from.
  sendAs(nodes.h, "g", [label], new Uint8Array(40).fill(0x41), network.now);
  sendAs(nodes.h, "g", [label], new Uint8Array(400).fill(ADMISSION_TYPE), network.now);
  network.run(100);
  const { "session.unknown-connection": unknown = 0, ...others } = network.drops(nodes.b);
  expect(unknown).toBe(1);
  expect(Object.values(others)).toEqual([1]);
  expect(Object.keys(others)).toEqual([expect.stringMatching(/^session\.(?:unknown-sender|envelope|bad-mac)$/)]);
  // One that was given to nobody leads nowhere.
  const free = Array.from({ length: 1000 }, (_, n) => 16 + n).find(
    (one) => nodes.g.node.labels.lookup(one) === undefined,
  );
  sendAs(nodes.h, "g", [free ?? 0], new Uint8Array(40), network.now);
  network.run(100);
  expect(network.drops(nodes.g)).toEqual({ "unknown-label": 1 });
  expect(flow.isAlive()).toBe(true);
  expect([...nodes.b.node.sessions.carried]).toHaveLength(2);
});

test("messages for a peer wait for a session with it, and no more of them than may", () => {
  const { network, nodes } = stage();
  const { ways } = nodes.a.node.areas.areas;
  const toGate = { down: { peer: hexOf(identityOf("g").publicKey), id: 1 } } as Crossing;
  // No crossing has the number 0: each that arrives is counted.
  for (let n = 0; n <= AREA_PENDING_MAX; n += 1) ways.sendDown(toGate, () => ({ id: 0 }));
  network.run(3000);
  expect(network.drops(nodes.g)).toEqual({ "area.malformed": AREA_PENDING_MAX });
});

test("a host of another network gets flows and nothing else: no neighbour, no path probes, no ways of its own", () => {
  const staged = stage();
  const { network, nodes } = staged;
  openFlow(staged);
  const alice = nodes.b.node.sessions.named("alice.home");
  expect(alice?.settings.links).toEqual([]);
  expect(nodes.b.node.topology.neighbours.has(alice?.key ?? "")).toBe(false);
  expect(nodes.b.node.peers.map(({ name }) => name)).toEqual(["h"]);
  expect(nodes.b.node.topology.database.get(alice?.key ?? "") === undefined).toBe(false);
  expect(network.peerStatus(nodes.b, "alice.home").state).not.toBe("unlisted");
});

test("status says what gateways carry, by which one a host is reached and for how long, and why there is no way", () => {
  const staged = stage();
  const { network, nodes } = staged;
  const statusOf = (at: keyof typeof nodes) => coreStatusOf(nodes[at].node, network.now);
  expect(statusOf("a").areas).toBeUndefined();
  expect(statusOf("g").areas?.carried).toEqual([{ from: "home", to: "work", ways: 0, hosts: 0 }]);
  openFlow(staged);
  for (const gateway of ["g", "h"] as const)
    expect(statusOf(gateway).areas).toEqual({
      carried: [{ from: "home", to: "work", ways: 1, hosts: 1 }],
      refused: [],
    });
  const bob = () => statusOf("a").peers.find(({ name }) => name === "bob.work");
  expect(bob()).toMatchObject({
    path: ["g", "bob.work"],
    foreign: { network: "work", gateway: "g" },
    reason: undefined,
  });
  expect(bob()?.foreign?.leaseMs).toBeGreaterThan(0);
  expect(statusOf("a").areas).toBeUndefined();

  const { settings } = nodes.h.node.areas.areas.trust;
  nodes.h.node.setAreas({ ...settings, rules: [] }, network.now);
  network.run(10_000);
  const reason = "no rule of the gateway lets this host cross there";
  const [refused] = statusOf("a").areas?.refused ?? [];
  expect(refused).toMatchObject({ name: "bob.work", reason });
  // The first refusal counts, not the last.
  expect(refused?.forMs).toBeGreaterThan(8000);
  expect(bob()?.foreign).not.toHaveProperty("gateway");
  expect(bob()?.reason).toBe(reason);
  nodes.h.node.setAreas(settings, network.now);
  network.run(10_000);
  expect(statusOf("a").areas).toBeUndefined();
  expect(bob()?.foreign?.gateway).toBe("g");
});

test("a host that takes another key asks over a session with it, and leaves the one before", () => {
  const { network, home, nodes } = stage();
  const before = network.connectClient(nodes.a);
  network.run(3000);
  expect(before()).toBe("ok");
  home.member("z", "alice2");
  const identity = identityOf("z");
  const replaces = hexOf(identityOf("a").publicKey);
  const peers = [
    peerOf("a", { link: "wan" }),
    { ...peerOf("z", { link: "wan" }), replaces },
    peerOf("h", { link: "wan2", address: "h" }),
  ];
  nodes.g.node.setPeers(peers, network.now);
  nodes.a.node.takeKey({ identity, engines: engineMaker({ crypto: createPlainProvider(identity) }) }, network.now);
  network.run(20_000);
  const outcome = network.connectClient(nodes.a);
  network.run(5000);
  expect(outcome()).toBe("ok");
  expect([...nodes.a.node.areas.areas.crossings.all].every(({ isOpen }) => isOpen)).toBe(true);
  expect(nodes.b.node.sessions.named("alice2.home")).toBeDefined();
});

test("a peer that opens such a stream and wants no answer on it harms nobody", () => {
  const staged = stage();
  const { network, nodes } = staged;
  const flow = openFlow(staged);
  const session = [...nodes.a.node.sessions.carried].find(({ peerName }) => peerName === "g")!;
  const stream = session.connection.openStream()!;
  session.connection.send(stream, encodeOpen({ version: 1, command: 5 }), false);
  session.connection.stopSending(stream, 1);
  nodes.a.node.sessions.carried.touch(session);
  network.run(1000);
  expect(flow.isAlive()).toBe(true);
});
