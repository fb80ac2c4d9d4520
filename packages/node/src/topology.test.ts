import { IncomingLabelMap } from "@flor/label";
import { createIdentity, sign, verify } from "@flor/quic";
import { nodeKeyOf, signedOctets } from "@flor/link-state";
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
const tablet = identityOf(4);
const token = tokenFrom(new Uint8Array(8).fill(9));

let topology: Topology;
let labels: IncomingLabelMap<NextHop>;
let now: number;
let paths: [string, readonly number[] | undefined][];
let restarted: string[];
/** Whether a repair for "vm" stood when a path changed. */
let wereRepaired: boolean[];

beforeEach(() => {
  now = 0;
  paths = [];
  restarted = [];
  wereRepaired = [];
  labels = new IncomingLabelMap<NextHop>(0);
  topology = new Topology({
    identity: laptop,
    peers: [
      { name: "vm", id: vm.id, publicKey: vm.publicKey, links: [{ link: "wan", address: "x" }], via: [] },
      { name: "home", id: home.id, publicKey: home.publicKey, links: [], via: ["vm"] },
      { name: "tablet", id: tablet.id, publicKey: tablet.publicKey, links: [], via: [] },
    ],
    labels,
    deliveryLabel: 999,
    sign: (octets) => sign(laptop, octets),
    verify,
    randomFill: (octets) => octets.fill(5),
    random: () => 0.5,
    unixSeconds: () => 1,
    observer: {
      handleLayerChanged: () => {},
      handleServicesChanged: () => {},
      isInUse: () => false,
      handlePathChanged: (peer, path) => {
        paths.push([peer.name, path?.stack]);
        wereRepaired.push(neighbourOf(vm).repair !== undefined);
      },
      handleInstanceChanged: (key) => void restarted.push(key),
    },
  });
});

function advertisementOf(
  identity: typeof vm,
  options: {
    sequence?: number;
    instance?: number;
    delivery?: number;
    to?: typeof vm;
    and?: typeof vm;
    label?: number;
    up?: boolean;
    services?: readonly Uint8Array[];
  },
): SignedAdvertisement {
  const { services = [], sequence = 1, instance = 1, delivery = 500, to, and, label = 77, up = true } = options;
  const adjacencies = [to, and].flatMap((neighbour, index) =>
    neighbour === undefined
      ? []
      : [{ neighbour: neighbour.publicKey, label: label + index, mtu: 1472, segmentMtu: 1472, cost: 1, up }],
  );
  const advertisement = encodeAdvertisement({
    origin: identity.publicKey,
    instance: new Uint8Array(16).fill(instance),
    sequence,
    deliveryLabel: delivery,
    adjacencies,
    issued: 1,
    lifetime: 3600,
    services: [...services],
  });
  return { advertisement, signature: sign(identity, signedOctets(advertisement)) };
}

/** Lets a second pass, and what is due then. */
function settle(): void {
  now += 1000;
  topology.handleTimeout(now);
  topology.turn(now);
  topology.turn(now);
}

function learn(from: typeof vm, ...advertisements: SignedAdvertisement[]): void {
  topology.linkState.open(neighbourOf(from).key, now);
  topology.linkState.handleMessage(neighbourOf(from).key, { advertisements: { advertisements } }, now);
  settle();
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
  topology.updateNeighbour(neighbour, now);
  settle();
  return adjacency;
}

describe("topology", () => {
  it("labels a neighbour once, and finds the path to it when it told its delivery label", () => {
    const adjacency = bringUp(vm);
    const { label } = neighbourOf(vm);
    learn(vm, advertisementOf(vm, { delivery: 500 }));
    expect(paths).toEqual([["vm", [500]]]);
    adjacency.alive = false;
    topology.updateNeighbour(neighbourOf(vm), now);
    settle();
    expect(neighbourOf(vm).label).toBe(label);
    expect(labels.lookup(label ?? -1)?.nextHop).toEqual({ neighbour: neighbourOf(vm) });
  });

  it("tells of a neighbour when it is heard for the first time, and from then on also while it is silent", () => {
    const told = (): readonly (boolean | undefined)[] | undefined =>
      topology.database.get(topology.linkState.ownKey)?.edges.map(({ up }) => up);
    const adjacency = new Adjacency(new NodeLink("wan", "udp", new TransitQueue()), vm.id, token, 1);
    Object.assign(adjacency, { port: 1, portUp: true, peerToken: token, mtu: 1472, segmentMtu: 1472, alive: false });
    adjacency.neighbour = neighbourOf(vm);
    adjacency.neighbour.adjacencies.add(adjacency);
    const become = (alive: boolean): void => {
      adjacency.alive = alive;
      topology.updateNeighbour(neighbourOf(vm), now);
      settle();
    };
    become(false);
    expect(told()).toEqual([]);
    become(true);
    expect(told()).toEqual([true]);
    become(false);
    expect(told()).toEqual([false]);
  });

  it("has the path to a publisher that is new in the turn in which it learns of its services", () => {
    bringUp(vm);
    bringUp(tablet);
    learn(vm, advertisementOf(vm, { delivery: 500 }));
    topology.linkState.open(neighbourOf(tablet).key, now);
    const told = advertisementOf(tablet, { delivery: 501, services: [Uint8Array.of(1)] });
    topology.linkState.handleMessage(neighbourOf(tablet).key, { advertisements: { advertisements: [told] } }, now);
    now += 1;
    topology.handleTimeout(now);
    topology.turn(now);
    expect(paths.at(-1)).toEqual(["tablet", [501]]);
  });

  it("reaches a peer through the node that its configuration names, by that node's label", () => {
    bringUp(vm);
    learn(vm, advertisementOf(vm, { to: home, label: 77 }), advertisementOf(home, { delivery: 600, to: vm }));
    expect(paths).toContainEqual(["home", [77, 600]]);
    learn(vm, advertisementOf(vm, { to: home, label: 77, up: false, sequence: 2 }));
    expect(paths.at(-1)).toEqual(["home", undefined]);
  });

  it("reaches a peer over nodes that are none of its own peers", () => {
    bringUp(vm);
    const [relay, other] = [identityOf(50), identityOf(51)];
    learn(
      vm,
      advertisementOf(vm, { to: relay, label: 77 }),
      advertisementOf(relay, { to: vm, and: other, label: 88 }),
      advertisementOf(other, { to: relay, and: tablet, label: 99 }),
      advertisementOf(tablet, { to: other, delivery: 700 }),
    );
    expect(paths).toContainEqual(["tablet", [77, 89, 100, 700]]);
  });

  it("tells nobody of an adjacency that is silent, and uses it where nothing else leads", () => {
    const adjacency = bringUp(vm);
    learn(vm, advertisementOf(vm, { delivery: 500 }));
    adjacency.alive = false;
    topology.updateNeighbour(neighbourOf(vm), now);
    settle();
    expect(paths.at(-1)).toEqual(["vm", [500]]);
    expect(topology.database.get(nodeKeyOf(laptop.publicKey))?.edges.map(({ up }) => up)).toEqual([false]);
  });

  it("tells of an adjacency that comes and goes at the highest cost, since it may be the only way", () => {
    const adjacency = bringUp(vm);
    for (let falls = 0; falls < 3; falls += 1) {
      adjacency.setAlive(false, true, now);
      adjacency.setAlive(true, true, now);
    }
    expect(adjacency.isSteady(now)).toBe(false);
    topology.updateNeighbour(neighbourOf(vm), now);
    // News that is not bad keeps its pace.
    for (let seconds = 0; seconds < 5; seconds += 1) settle();
    const edges = topology.database.get(nodeKeyOf(laptop.publicKey))?.edges;
    expect(edges?.map(({ up, cost }) => [up, cost])).toEqual([[true, 65_535]]);
  });

  it("prepares another way for frames of others as soon as a neighbour is silent, and takes it back", () => {
    const adjacency = bringUp(vm);
    bringUp(tablet);
    learn(
      vm,
      advertisementOf(vm, { to: laptop, and: home, label: 77 }),
      advertisementOf(home, { to: vm, and: tablet, label: 88 }),
      advertisementOf(tablet, { to: laptop, and: home, label: 99 }),
    );
    expect(neighbourOf(vm).repair).toBeUndefined();
    adjacency.alive = false;
    wereRepaired.length = 0;
    topology.updateNeighbour(neighbourOf(vm), now);
    topology.turn(now);
    // Before the paths of a thousand peers are chosen.
    expect(wereRepaired[0]).toBe(true);
    const { repair } = neighbourOf(vm);
    expect(repair?.around.get(78)).toEqual({ nextHop: neighbourOf(tablet), push: [100] });
    expect(repair?.toward).toEqual({ nextHop: neighbourOf(tablet), push: [100, 88] });
    adjacency.alive = true;
    topology.updateNeighbour(neighbourOf(vm), now);
    topology.turn(now);
    expect(neighbourOf(vm).repair).toBeUndefined();
  });

  it("notices a node that restarted", () => {
    bringUp(vm);
    learn(vm, advertisementOf(vm, { instance: 1 }));
    learn(vm, advertisementOf(vm, { instance: 2, sequence: 2 }));
    expect(restarted).toEqual([nodeKeyOf(vm.publicKey)]);
  });

  it("says nothing new when nothing new is to be seen", () => {
    bringUp(vm);
    settle();
    const before = topology.linkState.own;
    topology.updateNeighbour(neighbourOf(vm), now);
    settle();
    expect(topology.linkState.own).toBe(before);
  });

  it("computes once what many adjacencies change in one turn", () => {
    bringUp(vm);
    learn(vm, advertisementOf(vm, { delivery: 500 }));
    const before = paths.length;
    for (let i = 0; i < 1000; i += 1) topology.updateNeighbour(neighbourOf(vm), now);
    topology.turn(now);
    expect(paths.length).toBe(before);
  });
});
