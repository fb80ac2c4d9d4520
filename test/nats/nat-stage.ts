/**
 * Two nodes, each behind a NAT, and one in public that both dial; in virtual time. The nodes, QUIC and the udp links are
 * the product's own: NATs, hosts and the wire between are memory.
 *
 *     near ── NAT ── internet ── NAT ── far
 *                       │
 *                     relay
 */
import type { NodeDoor, PortAnnouncement } from "../../packages/link-kit/src/index.ts";
import { endpointOf, formatEndpoint } from "@flor/host/datagram";
import { coreStatusOf, type ReachStatus, type WantedNeighbour } from "@flor/node";
import { viewOf } from "@flor/wire";
import { MemoryWire } from "../../links/udp/src/memory.testing.ts";
import { PortTable } from "../../links/udp/src/port-table.ts";
import { Probing } from "../../links/udp/src/probing.ts";
import { Punching } from "../../links/udp/src/punching.ts";
import { Reassembly } from "../../links/udp/src/reassembly.ts";
import { UpwardBundle } from "../../links/udp/src/upward-bundle.ts";
import { Ways } from "../../links/udp/src/ways.ts";
import { WireReceiver } from "../../links/udp/src/wire-receiver.ts";
import { WireSender } from "../../links/udp/src/wire-sender.ts";
import { MemorySocket, peerOf, toWeb } from "../../packages/node/src/memory-network.testing.ts";
import { memoryDoor, StagedNetwork, type StagedNode } from "../../packages/node/src/staged-network.testing.ts";
import { Nat, type NatKind } from "../../packages/reach/src/nat.testing.ts";

const RELAY = "203.0.113.250:4600";
const DELAY_MS = 10;
const TICK_MS = 250;
const PROBE_MS = 25;

/** Numbers that look random, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A machine: a node, its udp link, and the NAT that it is behind. */
export class Machine {
  readonly address: string;
  nat: Nat | undefined;
  node!: StagedNode;
  readonly wire: MemoryWire = new MemoryWire();
  readonly #net: StagedNetwork;
  readonly #ports: PortTable;
  readonly #probing: Probing;
  readonly #punching: Punching;
  readonly #reassembly: Reassembly;
  readonly #receiver: WireReceiver;
  readonly #sender: WireSender;
  readonly #announced = new Map<number, PortAnnouncement>();
  #isChanged = false;
  readonly #send: (from: Machine, to: string, octets: Uint8Array) => void;

  constructor(net: StagedNetwork, address: string, nat: Nat | undefined, send: Machine["send"]) {
    this.#net = net;
    this.address = address;
    this.nat = nat;
    this.#send = send;
    const door = this.#door();
    const bundle = new UpwardBundle(door);
    const reassembly = new Reassembly(bundle);
    this.#reassembly = reassembly;
    const handlePortGone = reassembly.handlePortGone.bind(reassembly);
    this.#ports = new PortTable({ node: door, ipMtu: 1500, segments: true, isIpv4: true, handlePortGone });
    const { wire } = this;
    this.#probing = new Probing(wire, this.#ports);
    this.#punching = new Punching(door, wire, this.#ports, true);
    const ways = new Ways(wire, this.#ports, { now: () => net.now, later: (run) => run() });
    this.#sender = new WireSender({ node: door, socket: wire, ports: this.#ports, ways, segments: true });
    this.#receiver = new WireReceiver({
      node: door,
      socket: wire,
      ports: this.#ports,
      bundle,
      reassembly,
      probing: this.#probing,
      punching: this.#punching,
      ways,
      now: () => net.now,
    });
    wire.onDatagram = (octets, offset, end) => this.#receiver.handleDatagram(octets, offset, end);
    wire.onBurstEnd = () => this.#receiver.flush();
  }

  get send(): (from: Machine, to: string, octets: Uint8Array) => void {
    return this.#send;
  }

  start(node: StagedNode): void {
    this.node = node;
    const door = memoryDoor((octets) => {
      this.#sender.handleFrames(octets, viewOf(octets), 0, octets.length);
      this.#settle();
    });
    node.node.links.attach("wan", door, true);
    node.node.links.handleAddresses("wan", [`${this.address}/24`], this.#net.now);
    this.#tick();
  }

  setNeighbours(neighbours: readonly WantedNeighbour[]): void {
    // As from another process: not within the node's own turn.
    this.#net.later(0, () => {
      this.#ports.setNeighbours([...neighbours]);
      for (const port of this.#ports.all) {
        const [host, number] = port.address.split(":");
        const endpoint = host === undefined || port.address === "" ? undefined : endpointOf(host, Number(number));
        if (endpoint !== undefined && port.endpoint === undefined) this.#ports.move(port, endpoint);
      }
      this.#punching.setNeighbours([...neighbours], this.#net.now);
      this.#handleTimeout();
    });
  }

  receive(from: string, octets: Uint8Array): void {
    const at = from.lastIndexOf(":");
    this.wire.receive(endpointOf(from.slice(0, at), Number(from.slice(at + 1)))!, octets);
    this.#receiver.flush();
    this.#settle();
  }

  #tick(): void {
    this.#handleTimeout();
    this.#net.later(TICK_MS, () => this.#tick());
  }

  #handleTimeout(): void {
    const { now } = this.#net;
    this.#ports.handleTimeout(now);
    this.#reassembly.handleTimeout(now);
    this.#probing.handleTimeout(now);
    this.#punching.handleTimeout(now);
    this.#settle();
  }

  /** What the link wrote goes out, and what it told goes to the node. */
  #settle(): void {
    for (const { to, octets } of this.wire.datagrams.splice(0)) this.#send(this, formatEndpoint(to), octets);
    if (!this.#isChanged || this.node === undefined) return;
    this.#isChanged = false;
    const ports = [...this.#announced.values()].map((port) => ({
      up: true,
      segmentMtu: port.mtu,
      address: "",
      provisional: false,
      ...port,
    }));
    this.#net.later(0, () => this.node.node.links.handlePorts("wan", ports, this.#net.now));
  }

  #door(): NodeDoor {
    const announced = (change: () => void): void => {
      change();
      this.#isChanged = true;
    };
    return {
      stateDirectory: undefined,
      canReceive: true,
      runLimit: 61_432,
      announce: (port) => announced(() => this.#announced.set(port.port, port)),
      withdraw: (port) => announced(() => this.#announced.delete(port)),
      setAddresses: () => {},
      receive: () => false,
      receiveInPlace: (octets, offset, end) => {
        this.#settle();
        const run = octets.slice(offset, end);
        const { node } = this.node;
        this.#net.later(0, () => node.links.sinkOf("wan").handleFrames(run, viewOf(run), 0, run.length, this.#net.now));
        return true;
      },
      flush: () => this.#settle(),
      tooBig: () => {},
      count: () => {},
      log: () => {},
      stop: () => {},
    };
  }
}

/** The stage. */
export class NatStage {
  readonly net: StagedNetwork = new StagedNetwork();
  readonly near: Machine;
  readonly far: Machine;
  readonly relay: Machine;
  /** Datagrams between both that do not cross the relay are lost. */
  isBlocked = false;
  readonly #client = new MemorySocket();
  readonly #target = new MemorySocket();
  /** When the target's octets arrived. */
  readonly #arrivals: number[] = [];

  constructor(nearKind: NatKind, farKind: NatKind, seed: number) {
    const random = randomOf(seed);
    const randomFill = (octets: Uint8Array): void => {
      for (let at = 0; at < octets.length; at += 1) octets[at] = random() * 256;
    };
    const send = (from: Machine, to: string, octets: Uint8Array): void => this.#carry(from, to, octets);
    this.near = new Machine(this.net, "192.168.1.2:4600", new Nat("203.0.113.1", nearKind), send);
    this.far = new Machine(this.net, "192.168.2.2:4600", new Nat("203.0.113.2", farKind), send);
    this.relay = new Machine(this.net, RELAY, undefined, send);
    const toRelay = peerOf("relay", { link: "wan", address: RELAY });
    const [near, far, relay] = [this.near, this.far, this.relay];
    // Machines do not start in step.
    this.net.run(random() * 1000);
    relay.start(
      this.net.add("relay", {
        peers: [peerOf("near", { link: "wan" }), peerOf("far", { link: "wan" })],
        randomFill,
        setNeighbours: (list) => relay.setNeighbours(list),
      }),
    );
    this.net.run(random() * 1000);
    far.start(
      this.net.add("far", {
        peers: [toRelay, peerOf("near")],
        randomFill,
        setNeighbours: (list) => far.setNeighbours(list),
        dial: (_destination, outcome) => outcome.connected(this.#target, new Uint8Array(4), 80),
      }),
    );
    this.net.run(random() * 1000);
    near.start(
      this.net.add("near", {
        peers: [toRelay, peerOf("far")],
        routeTo: "far",
        randomFill,
        setNeighbours: (list) => near.setNeighbours(list),
      }),
    );
  }

  /** How `near` reaches `far`. */
  get reach(): ReachStatus | undefined {
    return reachOf(this.near, "far", this.net.now);
  }

  /** Both are on the direct path, and hear each other under these addresses. */
  get isDirect(): boolean {
    return [
      [this.near, "far"],
      [this.far, "near"],
    ].every(([machine, peer]) => reachOf(machine as Machine, peer as string, this.net.now)?.kind === "punched");
  }

  /** Runs until something is so; how long it took, milliseconds, or Infinity after a minute. */
  until(isSo: () => boolean): number {
    const start = this.net.now;
    while (!isSo()) {
      if (this.net.now - start > 60_000) return Infinity;
      this.net.run(PROBE_MS);
    }
    return this.net.now - start;
  }

  /** The NATs are others from now on: with other addresses and without any mapping. */
  exchange(kind: NatKind, addresses: readonly [string, string]): void {
    this.near.nat = new Nat(addresses[0], kind);
    this.far.nat = new Nat(addresses[1], kind);
  }

  /** Opens the flow whose gaps are measured. */
  openFlow(): void {
    this.near.node.node.accept(this.#client, toWeb, this.net.now);
    this.until(() => this.#client.received.length > 0);
    const write = this.#target.write.bind(this.#target);
    this.#target.write = (octets) => {
      this.#arrivals.push(this.net.now);
      return write(octets);
    };
    const say = (): void => {
      this.#client.listener?.handleOctets(Uint8Array.of(1));
      this.near.node.isWoken = true;
      this.net.later(PROBE_MS, say);
    };
    say();
  }

  /** The longest time without an octet at the target since then, milliseconds. */
  gapSince(start: number): number {
    let [gap, last] = [0, start];
    for (const at of [...this.#arrivals.filter((one) => one > start), this.net.now]) {
      gap = Math.max(gap, at - last);
      last = at;
    }
    return gap;
  }

  #carry(from: Machine, to: string, octets: Uint8Array): void {
    const source = from.nat?.outbound(from.address, to) ?? from.address;
    const target = [this.near, this.far].find(({ nat }) => nat?.owns(to) === true);
    const isDirect = from !== this.relay && to !== RELAY;
    if (isDirect && this.isBlocked) return;
    this.net.later(DELAY_MS, () => {
      if (to === RELAY) this.relay.receive(source, octets);
      else if (target?.nat?.inbound(source, to) !== undefined) target.receive(source, octets);
    });
  }
}

function reachOf({ node: { node } }: Machine, peer: string, now: number): ReachStatus | undefined {
  return coreStatusOf(node, now).peers.find(({ name }) => name === peer)?.reach;
}
