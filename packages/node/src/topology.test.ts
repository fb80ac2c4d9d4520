import { IncomingLabelMap } from "@flor/label";
import { createIdentity, sign } from "@flor/quic";
import { nodeKeyOf } from "@flor/route";
import { encodeAdvertisement, type SignedAdvertisement, tokenFrom } from "@flor/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { Adjacency } from "./adjacency.ts";
import type { NextHop } from "./forward.ts";
import { NodeLink } from "./node-link.ts";
import { Topology } from "./topology.ts";
import { TransitQueue } from "./transit-queue.ts";

const identityOf = (n: number) => createIdentity(new Uint8Array(32).fill(n));
const laptop = identityOf(1);
const vm = identityOf(2);
const home = identityOf(3);
const token = tokenFrom(new Uint8Array(8).fill(9));

let topology: Topology;
let labels: IncomingLabelMap<NextHop>;
let told: number;
let paths: [string, readonly number[] | undefined][];
let restarted: string[];

beforeEach(() => {
  told = 0;
  paths = [];
  restarted = [];
  labels = new IncomingLabelMap<NextHop>(0);
  topology = new Topology({
    identity: laptop,
    peers: [
      { name: "vm", id: vm.id, publicKey: vm.publicKey, links: [{ link: "wan", address: "x" }], via: [] },
      { name: "home", id: home.id, publicKey: home.publicKey, links: [], via: ["vm"] },
    ],
    labels,
    deliveryLabel: 999,
    randomFill: (octets) => octets.fill(5),
    sequence: 1000,
    observer: {
      handleAdvertisementsChanged: () => void (told += 1),
      handlePathChanged: (peer, path) => void paths.push([peer.name, path?.stack]),
      handleInstanceChanged: (key) => void restarted.push(key),
    },
  });
});

function advertisementOf(
  identity: typeof vm,
  options: { sequence?: number; instance?: number; delivery?: number; to?: typeof vm; label?: number; up?: boolean },
): SignedAdvertisement {
  const { sequence = 1, instance = 1, delivery = 500, to, label = 77, up = true } = options;
  const adjacencies =
    to === undefined ? [] : [{ neighbour: to.publicKey, label, mtu: 1472, segmentMtu: 1472, cost: 1, up }];
  const advertisement = encodeAdvertisement({
    origin: identity.publicKey,
    instance: new Uint8Array(16).fill(instance),
    sequence,
    deliveryLabel: delivery,
    adjacencies,
  });
  const text = new TextEncoder().encode("flor advertisement 1");
  return { advertisement, signature: sign(identity, new Uint8Array([...text, ...advertisement])) };
}

function neighbourOf(identity: typeof vm) {
  const neighbour = topology.neighbours.get(nodeKeyOf(identity.publicKey));
  if (neighbour === undefined) throw new Error("not a peer");
  return neighbour;
}

function bringUp(identity: typeof vm): Adjacency {
  const adjacency = new Adjacency(new NodeLink("wan", "udp", new TransitQueue()), identity.id, token, 1);
  Object.assign(adjacency, { port: 1, portUp: true, peerToken: token, mtu: 1472, segmentMtu: 1472, alive: true });
  const neighbour = neighbourOf(identity);
  adjacency.neighbour = neighbour;
  neighbour.adjacencies.add(adjacency);
  topology.updateNeighbour(neighbour, 0);
  return adjacency;
}

describe("topology", () => {
  it("labels a neighbour once, and finds the path to it when it told its delivery label", () => {
    const adjacency = bringUp(vm);
    const { label } = neighbourOf(vm);
    topology.learn(neighbourOf(vm), [advertisementOf(vm, { delivery: 500 })]);
    expect(paths).toEqual([["vm", [500]]]);
    adjacency.alive = false;
    topology.updateNeighbour(neighbourOf(vm), 1);
    expect(neighbourOf(vm).label).toBe(label);
    expect(labels.lookup(label ?? -1)?.nextHop).toEqual({ neighbour: neighbourOf(vm) });
  });

  it("reaches a peer through the node that its configuration names, by that node's label", () => {
    bringUp(vm);
    topology.learn(neighbourOf(vm), [
      advertisementOf(vm, { to: home, label: 77 }),
      advertisementOf(home, { delivery: 600, to: vm }),
    ]);
    expect(paths).toContainEqual(["home", [77, 600]]);
    topology.learn(neighbourOf(vm), [advertisementOf(vm, { to: home, label: 77, up: false, sequence: 2 })]);
    expect(paths.at(-1)).toEqual(["home", undefined]);
  });

  it("keeps nothing that a neighbour tells of nodes that are no peers", () => {
    bringUp(vm);
    const before = told;
    const strangers = Array.from({ length: 50 }, (_, n) => advertisementOf(identityOf(100 + n), { to: vm }));
    expect(topology.learn(neighbourOf(vm), strangers)).toBe(0);
    expect([...topology.database.entries()]).toEqual([]);
    expect(told).toBe(before);
  });

  it("believes no advertisement that its origin did not sign", () => {
    bringUp(vm);
    const forged = advertisementOf(vm, { delivery: 500 });
    forged.signature = advertisementOf(home, {}).signature ?? new Uint8Array();
    expect(topology.learn(neighbourOf(vm), [forged])).toBe(1);
    expect(paths).toEqual([]);
  });

  it("notices a node that started anew", () => {
    bringUp(vm);
    topology.learn(neighbourOf(vm), [advertisementOf(vm, { instance: 1 })]);
    topology.learn(neighbourOf(vm), [advertisementOf(vm, { instance: 2 })]);
    expect(restarted).toEqual([nodeKeyOf(vm.publicKey)]);
  });

  it("says nothing new when nothing new is to be seen", () => {
    bringUp(vm);
    const before = told;
    topology.updateNeighbour(neighbourOf(vm), 1);
    topology.learn(neighbourOf(vm), []);
    expect(told).toBe(before);
  });

  it("tells a neighbour of itself and of the others, not of that neighbour", () => {
    bringUp(vm);
    bringUp(home);
    topology.learn(neighbourOf(vm), [advertisementOf(vm, {})]);
    topology.learn(neighbourOf(home), [advertisementOf(home, {})]);
    expect(topology.advertisementsFor(neighbourOf(vm))).toHaveLength(2);
    expect(topology.database.get(nodeKeyOf(vm.publicKey))?.deliveryLabel).toBe(500);
  });

  it("outbids an earlier run of its own that a neighbour remembers", () => {
    bringUp(vm);
    const before = told;
    topology.learn(neighbourOf(vm), [advertisementOf(laptop, { sequence: 5000, instance: 9 })]);
    expect(told).toBeGreaterThan(before);
    const own = topology.advertisementsFor(neighbourOf(vm))[0];
    expect(topology.database.offer(own ?? {}, "")).toMatchObject({ outcome: "fresh", entry: { sequence: 5001 } });
  });
});
