/**
 * Layers of nodes for tests, in virtual time: link-state machines joined by ordered, reliable channels with a delay.
 */
import { keyOf, signAs, verifyAs } from "@flor/testkit/made-keys";
import type { ControlMessage, SignedAdvertisement } from "@flor/wire";
import { encodeAdvertisement } from "@flor/wire";
import type { OriginStanding } from "./database.ts";
import { type LinkStateEntry, parseEntry, signedOctets } from "./entry.ts";
import type { OwnEdge } from "./graph.ts";
import { LinkState, type LinkStateEvent } from "./link-state.ts";
import { nodeKeyOf } from "./node-key.ts";
import { Origination } from "./origination.ts";
import { Paths } from "./paths.ts";

export { keyOf, signAs, verifyAs };

/** The node key of {@link keyOf}. */
export const nodeKey = (n: number): string => nodeKeyOf(keyOf(n));

/** What a test says of one edge. */
export interface EdgeOf {
  readonly to: number;
  readonly cost?: number;
  readonly mtu?: number;
  readonly segmentMtu?: number;
  readonly up?: boolean;
  readonly label?: number;
}

/** A signed advertisement of node `n`. */
export function advertisementOf(
  n: number,
  edges: readonly EdgeOf[],
  options: {
    sequence?: number;
    instance?: number;
    lifetime?: number;
    issued?: number;
    leaf?: boolean;
    delivery?: number;
  } = {},
): SignedAdvertisement {
  const advertisement = encodeAdvertisement({
    origin: keyOf(n),
    instance: new Uint8Array(16).fill(options.instance ?? 1),
    sequence: options.sequence ?? 1,
    deliveryLabel: options.delivery ?? 100_000 + (n % 900_000),
    issued: options.issued ?? 1,
    lifetime: options.lifetime ?? 3600,
    leaf: options.leaf ?? false,
    adjacencies: edges.map(({ to, cost = 1, mtu = 16_384, segmentMtu = 1472, up = true, label = labelOf(n, to) }) => ({
      neighbour: keyOf(to),
      label,
      mtu,
      segmentMtu,
      cost,
      up,
    })),
  });
  return { advertisement, signature: signAs(keyOf(n), signedOctets(advertisement)) };
}

/** The parsed form of {@link advertisementOf}. */
export function entryOf(...args: Parameters<typeof advertisementOf>): LinkStateEntry {
  const entry = parseEntry(advertisementOf(...args));
  if (entry === undefined) throw new Error("malformed");
  return entry;
}

/** Label of node `n` for its neighbour `to`. */
export const labelOf = (n: number, to: number): number => 16 + n * 1000 + to;

/** Nobody is special. */
export const EVERYBODY: OriginStanding = { isOurs: () => false, isReachable: () => true };

/** mulberry32: the same numbers at each run. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What node 0 says of itself, each time at once where it may; its signatures say nothing. */
export const ownOrigination = (): Origination =>
  new Origination({
    publicKey: keyOf(0),
    instance: new Uint8Array(16),
    deliveryLabel: 16,
    leaf: false,
    sequence: 1,
    sign: () => new Uint8Array(64),
    random: () => 0,
    unixSeconds: () => 0,
  });

/** One node of a {@link TestLayer}. */
export interface TestNode {
  readonly n: number;
  readonly key: string;
  readonly state: LinkState;
  readonly paths: Paths;
  /** Neighbour's number → whether the adjacency is up. */
  readonly adjacencies: Map<number, boolean>;
  readonly events: LinkStateEvent[];
  octetsSent: number;
}

interface Arrival {
  readonly at: number;
  readonly to: TestNode;
  readonly from: string;
  readonly message: ControlMessage;
}

const DELAY_MS = 5;

/** A layer in virtual time. */
export class TestLayer {
  now = 0;
  readonly nodes: TestNode[] = [];
  readonly #byKey = new Map<string, number>();
  readonly #random: () => number;
  readonly #isTold: ((neighbour: string, origin: string) => boolean) | undefined;
  #arrivals: Arrival[] = [];

  constructor(size: number, seed = 1, isTold?: (neighbour: string, origin: string) => boolean) {
    this.#random = randomOf(seed);
    this.#isTold = isTold;
    for (let n = 0; n < size; n += 1) {
      this.nodes.push(this.makeNode(n, 1000));
      this.#byKey.set(nodeKey(n), n);
    }
  }

  makeNode(n: number, sequence: number, instance = 1): TestNode {
    const publicKey = keyOf(n);
    const state = new LinkState({
      publicKey,
      instance: new Uint8Array(16).fill(instance),
      deliveryLabel: 100_000 + n,
      sequence,
      sign: (octets) => signAs(publicKey, octets),
      verify: verifyAs,
      random: this.#random,
      unixSeconds: () => 1_700_000_000,
      standing: { isOurs: (origin) => origin === nodeKey(n), isReachable: () => true },
      ...(this.#isTold && { isTold: this.#isTold }),
    });
    const paths = new Paths({ ownKey: nodeKey(n), database: state.database, payloadMin: 1232 });
    return { n, key: nodeKey(n), state, paths, adjacencies: new Map(), events: [], octetsSent: 0 };
  }

  node(n: number): TestNode {
    const node = this.nodes[n];
    if (node === undefined) throw new RangeError(`no node ${n}`);
    return node;
  }

  join(a: number, b: number): void {
    for (const [one, other] of [
      [this.node(a), this.node(b)],
      [this.node(b), this.node(a)],
    ] as const) {
      one.adjacencies.set(other.n, true);
      one.state.open(other.key, this.now);
      this.#tell(one);
    }
  }

  /** Cuts the adjacency: both ends see it, and messages under way are lost. */
  cut(a: number, b: number): void {
    for (const [one, other] of [
      [this.node(a), this.node(b)],
      [this.node(b), this.node(a)],
    ] as const) {
      one.adjacencies.set(other.n, false);
      one.state.close(other.key);
      this.#tell(one);
    }
    const [x, y] = [this.node(a), this.node(b)];
    this.#arrivals = this.#arrivals.filter(
      ({ to, from }) => !((to === x && from === y.key) || (to === y && from === x.key)),
    );
  }

  /** Replaces a node by a new run of itself. */
  restart(n: number, sequence: number): TestNode {
    const before = this.node(n);
    const neighbours = [...before.adjacencies].filter(([, up]) => up).map(([other]) => other);
    for (const other of neighbours) this.cut(n, other);
    this.nodes[n] = this.makeNode(n, sequence, 2);
    for (const other of neighbours) this.join(n, other);
    return this.node(n);
  }

  /** Runs until `until`, or until nothing has happened for `quietMs` when that is given. */
  run(until: number, quietMs: number = Infinity): void {
    let lastEventAt = this.now;
    for (const node of this.nodes) this.#turn(node);
    while (this.now < until && this.now - lastEventAt < quietMs) {
      if (this.#step(until)) lastEventAt = this.now;
    }
  }

  own(node: TestNode): Map<string, OwnEdge> {
    const own = new Map<string, OwnEdge>();
    for (const [to, up] of node.adjacencies) if (up) own.set(nodeKey(to), { mtu: 16_384, segmentMtu: 1472, cost: 1 });
    return own;
  }

  /** The numbers of the hops of the path from `a` to `b`. */
  path(a: number, b: number): number[] | undefined {
    const node = this.node(a);
    node.paths.update(this.own(node));
    const hops = node.paths.to(nodeKey(b))[0]?.hops;
    return hops?.map((hop) => this.#byKey.get(hop) ?? -1);
  }

  /** @returns whether a message arrived */
  #step(until: number): boolean {
    let next = this.#arrivals[0]?.at ?? Infinity;
    for (const { state } of this.nodes) next = Math.min(next, state.nextTimeout() ?? Infinity);
    this.now = Math.min(until, Math.max(this.now, next));
    let hasArrived = false;
    for (
      let arrival = this.#arrivals[0];
      arrival !== undefined && arrival.at <= this.now;
      arrival = this.#arrivals[0]
    ) {
      this.#arrivals.shift();
      hasArrived = true;
      if (!arrival.to.state.handleMessage(arrival.from, arrival.message, this.now)) throw new Error("broke protocol");
    }
    for (const node of this.nodes) this.#turn(node);
    return hasArrived;
  }

  #turn(node: TestNode): void {
    const { state } = node;
    if ((state.nextTimeout() ?? Infinity) <= this.now) state.handleTimeout(this.now);
    for (let event = state.pollEvent(); event !== undefined; event = state.pollEvent()) node.events.push(event);
    for (const key of state.ready) {
      const to = this.nodes[this.#byKey.get(key) ?? -1];
      for (let m = state.pollTransmit(key, this.now); m !== undefined; m = state.pollTransmit(key, this.now)) {
        node.octetsSent += octetsOf(m);
        if (to !== undefined) this.#arrivals.push({ at: this.now + DELAY_MS, to, from: node.key, message: m });
      }
    }
  }

  #tell(node: TestNode): void {
    node.state.setAdjacencies(
      [...node.adjacencies].map(([to, up]) => ({
        neighbour: keyOf(to),
        label: labelOf(node.n, to),
        mtu: 16_384,
        segmentMtu: 1472,
        cost: 1,
        up,
      })),
    );
  }
}

function octetsOf({ advertisements, summary, request }: ControlMessage): number {
  let octets = (summary?.origins?.length ?? 0) + (request?.names?.length ?? 0);
  for (const { advertisement } of advertisements?.advertisements ?? []) octets += 64 + (advertisement?.length ?? 0);
  return octets;
}
