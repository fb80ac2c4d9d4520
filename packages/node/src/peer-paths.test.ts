import { LinkStateDatabase, nodeKeyOf, parseEntry, signedOctets } from "@flor/link-state";
import { keyOf, signAs } from "@flor/testkit/made-keys";
import { encodeAdvertisement, tokenFrom } from "@flor/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { Adjacency } from "./adjacency.ts";
import { Neighbour } from "./neighbour.ts";
import { NodeLink } from "./node-link.ts";
import { CHOICES_PER_TURN, PeerPaths } from "./peer-paths.ts";
import type { PeerSettings } from "./settings.ts";
import { TransitQueue } from "./transit-queue.ts";

/** This node is 0; 1 and 2 are its neighbours, and all others are behind both of these. */
const PEERS = 3 * CHOICES_PER_TURN;
const numbers = Array.from({ length: PEERS }, (_, n) => n + 1);
const nodeKey = (n: number): string => nodeKeyOf(keyOf(n));
const peers = numbers.map((n) => ({ name: `n${n}`, id: `n${n}`, publicKey: keyOf(n), links: [], via: [] }));

let paths: PeerPaths;
let neighbours: Map<string, Neighbour>;
let inUse: Set<string>;
/** Names of peers whose path changed, in order, with the label on top. */
let changes: string[];

function store(database: LinkStateDatabase, n: number, to: readonly number[], sequence = 1): void {
  const adjacencies = to.map((other) => {
    return { neighbour: keyOf(other), label: 100 * n + other, mtu: 16_384, segmentMtu: 1472, cost: 1, up: true };
  });
  const advertisement = encodeAdvertisement({
    origin: keyOf(n),
    instance: new Uint8Array(16),
    sequence,
    deliveryLabel: 100_000 + n,
    issued: 1,
    lifetime: 3600,
    adjacencies,
  });
  const entry = parseEntry({ advertisement, signature: signAs(keyOf(n), signedOctets(advertisement)) });
  if (entry !== undefined) database.store(entry, 0);
}

/** Whether neighbours 1 and 2 are heard, and what they cost. */
function update(costs: readonly [number, number], alive: readonly [boolean, boolean] = [true, true]): void {
  for (const n of [1, 2]) {
    const best = neighbours.get(nodeKey(n))?.best;
    if (best !== undefined) best.alive = alive[n - 1] === true;
  }
  const edge = (cost: number) => ({ mtu: 16_384, segmentMtu: 1472, cost });
  paths.update(new Map(costs.map((cost, index) => [nodeKey(index + 1), edge(cost)])));
}

function chooseAll(now = 0): number {
  let turns = 0;
  for (; paths.isChoosing; turns += 1) paths.choose(now);
  return turns;
}

beforeEach(() => {
  changes = [];
  inUse = new Set();
  neighbours = new Map();
  for (const n of [1, 2]) {
    const neighbour = new Neighbour(nodeKey(n), keyOf(n), `n${n}`, []);
    const token = tokenFrom(new Uint8Array(8).fill(n));
    neighbour.best = new Adjacency(new NodeLink("wan", "udp", new TransitQueue()), `n${n}`, token, n);
    neighbours.set(nodeKey(n), neighbour);
  }
  const database = emptyDatabase();
  for (const n of [1, 2]) store(database, n, [0, ...numbers.slice(2)]);
  for (const n of numbers.slice(2)) store(database, n, [1, 2]);
  paths = pathsTo(peers, database);
});

function emptyDatabase(): LinkStateDatabase {
  return new LinkStateDatabase({ isOurs: () => false, isReachable: () => true });
}

function pathsTo(wanted: readonly PeerSettings[], database: LinkStateDatabase): PeerPaths {
  return new PeerPaths({
    isOwn: () => false,
    ownKey: nodeKey(0),
    database,
    peers: wanted,
    neighbours,
    isInUse: (key) => inUse.has(key),
    handleChanged: ({ name }, path) => changes.push(`${name} ${path?.nextHop.name}`),
  });
}

describe("paths to many peers", () => {
  it("are chosen for a few of them a turn", () => {
    update([1, 9]);
    paths.choose(0);
    expect(changes).toHaveLength(CHOICES_PER_TURN);
    expect(chooseAll()).toBe(2);
    // Also n2 itself, by a node that has both.
    expect(changes).toEqual(numbers.map((n) => `n${n} n1`));
  });

  it("are chosen for flows first, and of these first where the neighbour in front is silent", () => {
    update([1, 9]);
    chooseAll();
    update([9, 1]);
    chooseAll(60_000);
    // All but n1 go by n2 now; from here on flows keep what they have.
    inUse = new Set([nodeKey(150), nodeKey(190)]);
    update([1, 9]);
    chooseAll(120_000);
    changes = [];
    inUse.add(nodeKey(100));
    update([1, 1_000_000], [true, false]);
    paths.choose(130_000);
    expect(changes).toEqual(["n150 n1", "n190 n1"]);
  });

  it("are left at once when the neighbour in front is silent, and kept for ten seconds when another is only cheaper", () => {
    update([9, 1]);
    chooseAll();
    inUse = new Set([nodeKey(150)]);
    const firstHop = (): string | undefined => paths.inUse(nodeKey(150))?.path.firstHop;
    update([1, 9]);
    chooseAll(1000);
    expect(firstHop()).toBe(nodeKey(2));
    update([1, 1_000_009], [true, false]);
    chooseAll(1001);
    expect(firstHop()).toBe(nodeKey(1));
  });

  it("are chosen for all of them however fast news comes", () => {
    const seen = new Set<string>();
    for (let news = 0; news < 4; news += 1) {
      update([1 + news, 90 + news]);
      paths.choose(0);
      for (const change of changes) seen.add(change.split(" ")[0] ?? "");
    }
    expect(seen.size).toBe(PEERS);
  });

  it("are the cheapest whichever way they were chosen", () => {
    for (const costs of [
      [1, 9],
      [9, 1],
      [5, 5],
      [1, 1],
      [3, 2],
    ] as const) {
      update(costs);
      chooseAll();
      const cheapest = Math.min(...costs) + 1;
      for (const n of numbers.slice(2)) expect(paths.inUse(nodeKey(n))?.path.cost).toBe(cheapest);
      const reasons = new Set(numbers.slice(2).map((n) => paths.inUse(nodeKey(n))?.reason));
      expect(reasons).toEqual(new Set([costs[0] === costs[1] ? "cheapest" : "only"]));
    }
  });

  it("that avoid the same nodes share one computation, and take no longer", () => {
    paths.apply({ wanted: peers, added: peers.map((peer) => ({ ...peer, avoid: ["n1"] })), changed: [], removed: [] });
    update([1, 9]);
    expect(chooseAll()).toBeLessThanOrEqual(4);
    for (const n of numbers.slice(2)) expect(paths.inUse(nodeKey(n))?.path.firstHop).toBe(nodeKey(2));
  });
});

describe("one of two paths that share no node", () => {
  /** Over 1 and over 2, with a shortcut from 1 to 4 that is part of neither. */
  const EDGES: Readonly<Record<number, readonly number[]>> = {
    1: [0, 3, 4],
    2: [0, 7],
    3: [1, 6],
    4: [1, 5, 7],
    5: [4, 6],
    6: [3, 5],
    7: [2, 4],
  };
  const target = { name: "n5", id: "n5", publicKey: keyOf(5), links: [], via: [], disjoint: true };
  const way = (): string | undefined =>
    paths
      .inUse(nodeKey(5))
      ?.path.hops.map((hop) => numbers.find((n) => nodeKey(n) === hop))
      .join(" ");
  let database: LinkStateDatabase;

  beforeEach(() => {
    database = emptyDatabase();
    for (const [n, to] of Object.entries(EDGES)) store(database, Number(n), to);
    paths = pathsTo([target], database);
    inUse = new Set([nodeKey(5)]);
  });

  it("is kept while the other is only a little cheaper, and for ten seconds when it is much", () => {
    update([1, 2]);
    chooseAll(0);
    expect(way()).toBe("1 3 6 5");
    update([20, 19]);
    chooseAll(60_000);
    chooseAll(120_000);
    expect([way(), paths.inUse(nodeKey(5))?.reason]).toEqual(["1 3 6 5", "configured"]);
    update([40, 1]);
    chooseAll(130_000);
    expect(way()).toBe("1 3 6 5");
    update([40, 1]);
    chooseAll(139_999);
    expect(way()).toBe("1 3 6 5");
    update([40, 1]);
    chooseAll(140_000);
    expect(way()).toBe("2 7 4 5");
  });

  it("is taken at once where the path in use is part of no such pair", () => {
    store(database, 6, [3], 2);
    update([1, 2]);
    chooseAll(0);
    expect(way()).toBe("1 4 5");
    store(database, 6, [3, 5], 3);
    update([1, 2]);
    chooseAll(1);
    expect(way()).toBe("1 3 6 5");
  });

  it("is said to be what the configuration wants, beside the cheaper one", () => {
    update([1, 2]);
    chooseAll(0);
    expect(paths.inUse(nodeKey(5))?.reason).toBe("configured");
    expect(paths.others(nodeKey(5)).some(({ hops }) => hops[1] === nodeKey(4))).toBe(true);
  });
});

describe("what else there is", () => {
  it("is a path round one node, where all share another", () => {
    const database = emptyDatabase();
    store(database, 1, [0, 3, 4]);
    store(database, 3, [1, 5]);
    store(database, 4, [1, 6]);
    store(database, 6, [4, 5]);
    store(database, 5, [3, 6]);
    paths = pathsTo([{ name: "n5", id: "n5", publicKey: keyOf(5), links: [], via: [] }], database);
    update([1, 1]);
    chooseAll();
    expect(paths.inUse(nodeKey(5))?.path.hops.map((hop) => hop === nodeKey(3))).toEqual([false, true, false]);
    expect(paths.others(nodeKey(5)).map(({ hops }) => hops)).toEqual([[1, 4, 6, 5].map(nodeKey)]);
  });
});
