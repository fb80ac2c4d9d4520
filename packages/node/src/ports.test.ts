import { IncomingLabelMap } from "@flor/label";
import { createIdentity, sign, verify } from "@flor/quic";
import { beforeEach, describe, expect, it } from "vitest";
import type { Adjacency } from "./adjacency.ts";
import type { NextHop } from "./forward.ts";
import type { NodeHost, WantedNeighbour } from "./node-host.ts";
import { NodeLink } from "./node-link.ts";
import { type AnnouncedPort, LINK_RETURN_MS, LIST_PAUSE_MS, Ports, type PortsOptions } from "./ports.ts";
import { Topology } from "./topology.ts";
import { TransitQueue } from "./transit-queue.ts";

const self = createIdentity(new Uint8Array(32).fill(1));
const home = createIdentity(new Uint8Array(32).fill(2));
const vm = createIdentity(new Uint8Array(32).fill(3));
const peers = [
  {
    name: "home",
    id: home.id,
    publicKey: home.publicKey,
    links: [{ link: "wan", address: "192.0.2.1:4600" }],
    via: [],
  },
  { name: "vm", id: vm.id, publicKey: vm.publicKey, links: [{ link: "wan", address: undefined }], via: [] },
];

let ports: Ports;
let topology: Topology;
let link: NodeLink;
let told: (readonly WantedNeighbour[])[];
let dialled: string[];
let forgotten: string[];
let toldDown: string[];
let logged: string[];

beforeEach(() => {
  told = [];
  dialled = [];
  forgotten = [];
  toldDown = [];
  logged = [];
  let filled = 0;
  const host: NodeHost = {
    randomFill: (octets) => void octets.fill((filled += 1)),
    unixSeconds: () => 0,
    dial: () => () => {},
    dialTarget: () => () => {},
    handleOwnRecords: () => {},
    openDatagrams: () => () => {},
    setNeighbours: (_link, neighbours) => void told.push(neighbours),
    wake: () => {},
    log: (_level, step) => void logged.push(step),
  };
  topology = new Topology({
    identity: self,
    peers,
    labels: new IncomingLabelMap<NextHop>(0),
    deliveryLabel: 99,
    sign: (octets) => sign(self, octets),
    verify,
    randomFill: (octets) => void octets.fill(7),
    random: () => 0.5,
    unixSeconds: () => 1,
    observer: {
      handleLayerChanged: () => {},
      handleServicesChanged: () => {},
      isInUse: () => false,
      handlePathChanged: () => {},
      handleInstanceChanged: () => {},
    },
  });
  const control: PortsOptions["control"] = {
    dial: (adjacency) => void dialled.push(adjacency.key),
    dismiss: (adjacency) => void forgotten.push(adjacency.key),
    stopDialling: () => {},
    forget: (adjacency) => void forgotten.push(adjacency.key),
    handleMoved: () => {},
    handlePortDown: (adjacency) => void toldDown.push(adjacency.key),
    handlePortUp: () => {},
    sendDown: (adjacency) => void toldDown.push(adjacency.key),
  };
  link = new NodeLink("wan", "udp", new TransitQueue());
  const straight = { wanted: () => [].values(), tokenOf: () => undefined, isSought: () => false };
  ports = new Ports({ peers: () => peers, topology, control, host, straight, portMtuMin: 1256 });
});

const port = (fields: Partial<AnnouncedPort>): AnnouncedPort => ({
  port: 1,
  key: home.id,
  up: true,
  mtu: 16_384,
  segmentMtu: 1472,
  address: "x",
  provisional: false,
  ...fields,
});

describe("ports", () => {
  it("tell the link whom to look for: peers with an address, and those that come", () => {
    ports.tellNeighbours(link);
    expect(told[0]).toMatchObject([
      { key: home.id, address: "192.0.2.1:4600", port: 0 },
      { key: vm.id, address: "", port: 0 },
    ]);
  });

  it("say the same list once", () => {
    ports.tellNeighbours(link);
    ports.tellNeighbours(link);
    expect(told).toHaveLength(1);
  });

  it("dial the peer behind a port, and not a stranger", () => {
    ports.announce(link, [port({}), port({ port: 2, key: "192.0.2.9:999", provisional: true })], 0);
    expect(dialled).toEqual([home.id]);
    expect(link.ports[2]?.provisional).toBe(true);
  });

  it("refuse a port that cannot carry QUIC, and say so", () => {
    ports.announce(link, [port({ mtu: 1255 })], 0);
    expect(link.ports[1]).toBeUndefined();
    expect(logged).toEqual(["port-refused"]);
  });

  it("forget a port that the link no longer announces", () => {
    ports.announce(link, [port({})], 0);
    ports.announce(link, [], 1);
    expect(forgotten).toEqual([home.id]);
    expect(link.adjacencies.size).toBe(0);
  });

  it("adopt a stranger that proved to be a peer, with its port and our token", () => {
    ports.announce(link, [port({ port: 7, key: "192.0.2.9:999", provisional: true })], 0);
    const adjacency = link.ports[7];
    const neighbour = [...topology.neighbours.values()].find(({ name }) => name === "vm");
    if (adjacency === undefined || neighbour === undefined) throw new Error("not announced");
    adjacency.neighbour = neighbour;
    ports.adopt(adjacency, neighbour, 0);
    expect(adjacency.key).toBe(vm.id);
    const adopted = told.at(-1)?.find(({ key }) => key === vm.id);
    expect(adopted).toMatchObject({ port: 7 });
    expect(adopted?.token).toHaveLength(8);
  });

  it("tell a link once of neighbours that are found soon after one another", () => {
    ports.announce(link, [port({}), port({ port: 7, key: "192.0.2.9:999", provisional: true })], 0);
    const find = (adjacency: Adjacency, name: string, now: number): void => {
      const neighbour = [...topology.neighbours.values()].find((known) => known.name === name)!;
      adjacency.neighbour = neighbour;
      ports.adopt(adjacency, neighbour, now);
    };
    const before = told.length;
    find(link.ports[1]!, "home", 100);
    expect(told.length).toBe(before + 1);
    find(link.ports[7]!, "vm", 110);
    expect([told.length, ports.nextTimeout()]).toEqual([before + 1, 100 + LIST_PAUSE_MS]);
    ports.handleTimeout(100 + LIST_PAUSE_MS);
    expect([told.length, ports.nextTimeout()]).toEqual([before + 2, undefined]);
    expect(told.at(-1)!.map(({ key, port: number }) => [key, number])).toEqual([
      [home.id, 1],
      [vm.id, 7],
    ]);
  });

  it("tell neighbours when a link goes, a port goes down, or a link is drained: nothing reaches us over it", () => {
    ports.announce(link, [port({})], 0);
    expect(toldDown).toEqual([]);
    ports.announce(link, [port({ up: false })], 100);
    expect(toldDown).toEqual([home.id]);
    ports.announce(link, [port({})], 200);
    ports.suspend(link, 300);
    expect(toldDown).toEqual([home.id, home.id]);
    ports.announce(link, [port({})], 400);
    ports.drain(link, 500);
    expect(toldDown).toEqual([home.id, home.id, home.id]);
    expect(link.adjacencies.get(home.id)?.isUsable).toBe(false);
    ports.resume(link, 600);
    expect(link.isDraining).toBe(false);
  });

  it("keep the adjacencies of a link that went away until it returns, and ten seconds at most", () => {
    ports.announce(link, [port({})], 0);
    const before = link.adjacencies.get(home.id);
    ports.suspend(link, 100);
    expect(before?.port).toBe(0);
    ports.announce(link, [port({ port: 5 })], 5000);
    expect(link.ports[5]).toBe(before);
    ports.suspend(link, 6000);
    ports.handleTimeout(6000 + LINK_RETURN_MS - 1);
    expect(forgotten).toEqual([]);
    ports.handleTimeout(6000 + LINK_RETURN_MS);
    expect(forgotten).toEqual([home.id]);
  });

  it("look at twenty lists of a link a second, and at the newest of those that come faster", () => {
    for (let generation = 1; generation <= 1000; generation += 1) {
      ports.announce(link, generation % 2 === 0 ? [] : [port({ mtu: 2000 + generation })], 0);
    }
    expect(dialled).toHaveLength(10);
    ports.announce(link, [port({ mtu: 9999 })], 1);
    expect(link.adjacencies.size).toBe(0);
    const dueAt = ports.nextTimeout() ?? Number.NaN;
    expect(dueAt).toBe(50);
    ports.handleTimeout(dueAt);
    expect(link.ports[1]?.mtu).toBe(9999);
    expect(ports.nextTimeout()).toBeUndefined();
    expect(link.conduct.reason(dueAt)).toMatch(/^more lists of ports than are read: \d+ in a second$/);
  });

  it("open 256 new ports at once, and the rest of the list as time goes by", () => {
    const list = Array.from({ length: 300 }, (_, index) => port({ port: index + 1, key: `10.0.0.${index}` }));
    ports.announce(link, list, 0);
    expect(link.adjacencies.size).toBe(256);
    expect(link.conduct.reason(0)).toBe("more new ports than are opened: 44 in a second");
    for (let dueAt = ports.nextTimeout(); dueAt !== undefined; dueAt = ports.nextTimeout()) ports.handleTimeout(dueAt);
    expect(link.adjacencies.size).toBe(300);
  });

  it("forget the list that waited when the link goes away", () => {
    for (let count = 0; count <= 20; count += 1) ports.announce(link, [port({})], 0);
    ports.suspend(link, 10);
    expect(ports.nextTimeout()).toBe(10 + LINK_RETURN_MS);
  });

  it("hold ports that are too small for QUIC against the link", () => {
    ports.announce(link, [port({ mtu: 1 })], 0);
    expect(link.conduct.reason(0)).toBe("ports that carry too little for QUIC");
  });
});
