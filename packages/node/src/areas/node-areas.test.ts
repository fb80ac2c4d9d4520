import { issueMembership, issueRevocation, hexOf, Roster } from "@flor/membership";
import { type Identity, sign, verify } from "@flor/quic";
import { expect, test } from "vitest";
import type { Crossing } from "@flor/areas";
import { ADMISSION_TYPE } from "@flor/quic";
import { AREA_PENDING_MAX } from "./node-areas.ts";
import { identityOf, MemorySocket, peerOf, toWeb } from "../memory-network.testing.ts";
import { sendFrame, writerOf } from "../sender.ts";
import { EPOCH_SECONDS, type StagedCable, StagedNetwork, type StagedNode } from "../staged-network.testing.ts";

/** A network of real signatures: its root, and a roster for each node. */
class RealNetwork {
  readonly root: Identity;
  readonly rosters: Roster[] = [];
  readonly #records: Uint8Array[] = [];
  readonly #stage: StagedNetwork;

  constructor(root: string, stage: StagedNetwork) {
    this.root = identityOf(root);
    this.#stage = stage;
  }

  get id(): string {
    return hexOf(this.root.publicKey);
  }

  member(letter: string, name: string, roles: readonly string[] = []): void {
    const wish = { ...this.#head(letter), name, roles };
    this.#add(issueMembership(wish, (octets) => sign(this.root, octets), this.unixMs()).octets);
  }

  revoke(letter: string): void {
    const wish = { ...this.#head(letter), reason: "lost" };
    this.#add(issueRevocation(wish, (octets) => sign(this.root, octets), this.unixMs()).octets);
  }

  roster(): Roster {
    const roster = new Roster({ root: this.root.publicKey, verify });
    for (const record of this.#records) roster.take(record, this.unixMs());
    this.rosters.push(roster);
    return roster;
  }

  unixMs(): number {
    return EPOCH_SECONDS * 1000 + this.#stage.now;
  }

  #head(letter: string): { network: string; signer: string; key: string } {
    return { network: this.id, signer: this.id, key: hexOf(identityOf(letter).publicKey) };
  }

  #add(record: Uint8Array): void {
    this.#records.push(record);
    for (const roster of this.rosters) roster.take(record, this.unixMs());
  }
}

/** A flow that is open: what its client hears, and whether the target hears the client. */
function openFlow({ network, nodes, sockets }: Stage): { readonly isAlive: () => boolean } {
  const client = new MemorySocket();
  nodes.a.node.accept(client, toWeb, network.now);
  // toWeb asks once its client has said something.
  network.run(3000);
  const target = sockets.at(-1);
  return {
    isAlive: () => {
      const before = client.received.length;
      target?.listener?.handleOctets(Uint8Array.of(7));
      network.run(5000);
      return target !== undefined && client.received.length > before && !client.isReset && !client.isEnded;
    },
  };
}

interface Stage {
  readonly network: StagedNetwork;
  readonly home: RealNetwork;
  readonly work: RealNetwork;
  readonly nodes: Readonly<Record<"a" | "g" | "h" | "b", StagedNode>>;
  readonly cables: readonly StagedCable[];
  /** What b was asked for. */
  readonly dialled: string[];
  readonly sockets: MemorySocket[];
}

const KEYS = { a: "a", g: "g", h: "h", b: "b" };

/** a – [home] – g – [backbone] – h – [work] – b; none of home knows one of work but for the gateways. */
function stage(role?: string): Stage {
  const network = new StagedNetwork();
  const [home, backbone, work] = [
    new RealNetwork("r", network),
    new RealNetwork("s", network),
    new RealNetwork("t", network),
  ];
  home.member("a", "alice");
  home.member("g", "gate", ["gateway"]);
  backbone.member("g", "gate-home");
  backbone.member("h", "gate-work");
  work.member("h", "gate", ["gateway"]);
  work.member("b", "bob");
  const own = (name: string, one: RealNetwork) => ({ name, roster: one.roster() });
  const foreign = (name: string, one: RealNetwork, ...gateways: string[]) => ({
    name,
    root: one.root.publicKey,
    gateways: gateways.map((letter) => hexOf(identityOf(letter).publicKey)),
  });
  const rules = [{ from: home.id, to: work.id, ...(role && { allow: [{ kind: "role" as const, text: role, role }] }) }];
  const dialled: string[] = [];
  const sockets: MemorySocket[] = [];
  const a = network.add(KEYS.a, {
    peers: [peerOf("g", { link: "wan", address: "g" })],
    areas: { networks: [own("home", home)], foreign: [foreign("work", work)], rules: [] },
    routeTo: "bob.work",
  });
  const g = network.add(KEYS.g, {
    peers: [peerOf("a", { link: "wan" }), peerOf("h", { link: "wan2", address: "h" })],
    links: ["wan", "wan2"],
    areas: {
      networks: [own("home", home), own("backbone", backbone)],
      foreign: [foreign("work", work, "h")],
      rules,
    },
  });
  const h = network.add(KEYS.h, {
    peers: [peerOf("g", { link: "wan" }), peerOf("b", { link: "wan2", address: "b" })],
    links: ["wan", "wan2"],
    areas: {
      networks: [own("backbone", backbone), own("work", work)],
      foreign: [foreign("home", home, "g")],
      rules,
    },
  });
  const b = network.add(KEYS.b, {
    peers: [peerOf("h", { link: "wan" })],
    areas: { networks: [own("work", work)], foreign: [foreign("home", home)], rules: [] },
    dial: ({ target }, outcome) => {
      dialled.push(target.kind === "domain" ? target.name : "");
      const socket = new MemorySocket();
      sockets.push(socket);
      outcome.connected(socket, new Uint8Array(4), 1);
    },
  });
  const cables = [
    network.connect(a, {}, g, {}),
    network.connect(g, {}, h, {}, "wan", "wan2"),
    network.connect(h, {}, b, {}, "wan", "wan2"),
  ];
  network.run(3000);
  return { network, home, work, nodes: { a, g, h, b }, cables, dialled, sockets };
}

test("a client's flow reaches a host of another network over a third one, and no node between has a session of it", () => {
  const { network, nodes, dialled } = stage();
  const outcome = network.connectClient(nodes.a);
  network.run(3000);
  expect(outcome()).toBe("ok");
  expect(dialled).toEqual(["web.example"]);
  const foreign = [...nodes.b.node.sessions.all()].find(({ peer }) => peer.settings.network !== undefined);
  expect(foreign?.peer.settings.name).toBe("alice.home");
  const between = [nodes.g, nodes.h].flatMap(({ node }) => [...node.sessions.all()].map(({ peerName }) => peerName));
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
  expect([...nodes.b.node.sessions.all()]).toHaveLength(2);
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
