import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LinkStateDatabase } from "./database.ts";
import type { OwnEdge } from "./graph.ts";
import { advertisementOf, type EdgeOf, entryOf, EVERYBODY, labelOf, nodeKey, randomOf } from "./layer.testing.ts";
import { Paths } from "./paths.ts";
import { parseEntry } from "./entry.ts";

const HOPS_MAX = 16;
const PAYLOAD_MIN = 1232;

/** Undirected edges; costs by direction. */
interface TestEdge {
  readonly a: number;
  readonly b: number;
  readonly there: number;
  readonly back: number;
}

/** The paths of node 0 over a graph. */
function pathsOver(edges: readonly TestEdge[], options: { leaves?: readonly number[] } = {}): Paths {
  const database = new LinkStateDatabase(EVERYBODY);
  const rows = new Map<number, EdgeOf[]>();
  const own = new Map<string, OwnEdge>();
  const add = (from: number, to: number, cost: number): void => {
    if (from === 0) own.set(nodeKey(to), { mtu: 16_384, segmentMtu: 1472, cost });
    rows.set(from, [...(rows.get(from) ?? []), { to, cost }]);
  };
  for (const { a, b, there, back } of edges) {
    add(a, b, there);
    add(b, a, back);
  }
  for (const [n, row] of rows)
    if (n !== 0) database.store(entryOf(n, row, { leaf: options.leaves?.includes(n) === true }), 0);
  const paths = new Paths({ ownKey: nodeKey(0), database, payloadMin: PAYLOAD_MIN });
  paths.update(own);
  return paths;
}

function numbersOf(hops: readonly string[], size: number): number[] {
  const numbers = new Map(Array.from({ length: size }, (_, n) => [nodeKey(n), n]));
  return hops.map((hop) => numbers.get(hop) ?? -1);
}

/** Cost of the cheapest walk of at most `HOPS_MAX` edges, by the definition. */
function naiveCost(edges: readonly TestEdge[], to: number, leaves: readonly number[] = []): number {
  let costs = new Map([[0, 0]]);
  for (let hop = 0; hop < HOPS_MAX; hop += 1) {
    const next = new Map(costs);
    const offer = (from: number, into: number, cost: number): void => {
      const before = costs.get(from);
      if (before === undefined || (leaves.includes(from) && from !== 0)) return;
      if (before + cost < (next.get(into) ?? Infinity)) next.set(into, before + cost);
    };
    for (const { a, b, there, back } of edges) {
      offer(a, b, there);
      offer(b, a, back);
    }
    costs = next;
  }
  return costs.get(to) ?? Infinity;
}

const SIZE = 9;
const graphs = fc
  .uniqueArray(
    fc.record({
      a: fc.nat(SIZE - 1),
      b: fc.nat(SIZE - 1),
      there: fc.integer({ min: 1, max: 20 }),
      back: fc.integer({ min: 1, max: 20 }),
    }),
    { maxLength: 24, selector: ({ a, b }) => `${Math.min(a, b)}-${Math.max(a, b)}` },
  )
  .map((edges) => edges.filter(({ a, b }) => a !== b));

describe("the cheapest paths", () => {
  it("cost what the definition says, to every node, leaves only at their ends", () => {
    fc.assert(
      fc.property(graphs, fc.uniqueArray(fc.integer({ min: 1, max: SIZE - 1 }), { maxLength: 3 }), (edges, leaves) => {
        const paths = pathsOver(edges, { leaves });
        for (let to = 1; to < SIZE; to += 1) {
          const found = paths.to(nodeKey(to));
          expect(found[0]?.cost ?? Infinity).toBe(naiveCost(edges, to, leaves));
          for (const { cost, hops } of found) {
            expect(cost).toBe(found[0]?.cost);
            expect(new Set(hops).size).toBe(hops.length);
            for (const hop of numbersOf(hops.slice(0, -1), SIZE)) expect(leaves).not.toContain(hop);
          }
          expect(new Set(found.map(({ hops }) => hops.join())).size).toBe(found.length);
        }
      }),
    );
  });

  it("that nodes which forward for nobody keep from others are told, with these nodes", () => {
    fc.assert(
      fc.property(graphs, fc.uniqueArray(fc.integer({ min: 1, max: SIZE - 1 }), { maxLength: 3 }), (edges, leaves) => {
        const paths = pathsOver(edges, { leaves });
        for (let to = 1; to < SIZE; to += 1) {
          const refused = paths.refused(nodeKey(to));
          const best = naiveCost(edges, to);
          expect(refused?.path.cost).toBe(best < naiveCost(edges, to, leaves) ? best : undefined);
          if (refused === undefined) continue;
          const between = numbersOf(refused.path.hops.slice(0, -1), SIZE);
          expect(numbersOf(refused.by, SIZE)).toEqual(between.filter((hop) => leaves.includes(hop)));
          expect(refused.by).not.toEqual([]);
          expect(paths.along(refused.path.hops)).toBeUndefined();
        }
      }),
    );
  });

  it("stay within sixteen labels although a longer way would be cheaper", () => {
    const chain = Array.from({ length: 20 }, (_, n) => ({ a: n, b: n + 1, there: 1, back: 1 }));
    const paths = pathsOver([...chain, { a: 5, b: 20, there: 500, back: 500 }]);
    expect(paths.to(nodeKey(16))[0]?.stack).toHaveLength(16);
    expect(paths.to(nodeKey(20))[0]).toMatchObject({ cost: 505 });
    expect(paths.to(nodeKey(17))[0]?.hops.length).toBeLessThanOrEqual(HOPS_MAX);
  });

  it("keep all that are equally cheap", () => {
    const edge = (a: number, b: number) => ({ a, b, there: 1, back: 1 });
    const paths = pathsOver([edge(0, 1), edge(0, 2), edge(0, 3), edge(1, 4), edge(2, 4), edge(3, 4)]);
    expect(paths.to(nodeKey(4)).map(({ hops }) => numbersOf(hops, 5)[0])).toEqual(expect.arrayContaining([1, 2, 3]));
  });

  it("push the labels of the nodes on the way, then the delivery label", () => {
    const edge = (a: number, b: number) => ({ a, b, there: 1, back: 1 });
    const [path] = pathsOver([edge(0, 1), edge(1, 2), edge(2, 3)]).to(nodeKey(3));
    expect(path?.stack).toEqual([labelOf(1, 2), labelOf(2, 3), 100_003]);
    // Header, the labels that are left on each edge, and room for three of a repair.
    expect(path?.payloadMtu).toBe(16_384 - 16 - 3 * 4 - 3 * 4);
    expect(path?.unsegmentedPayloadMtu).toBe(1472 - 16 - 3 * 4);
  });

  it("use no edge that only one end tells of", () => {
    const database = new LinkStateDatabase(EVERYBODY);
    for (const signed of [advertisementOf(1, [{ to: 2 }]), advertisementOf(2, [])]) {
      const entry = parseEntry(signed);
      if (entry !== undefined) database.store(entry, 0);
    }
    const paths = new Paths({ ownKey: nodeKey(0), database, payloadMin: PAYLOAD_MIN });
    paths.update(new Map([[nodeKey(1), { mtu: 1500, segmentMtu: 1500, cost: 1 }]]));
    expect(paths.to(nodeKey(2))).toEqual([]);
    expect(paths.isReachable(nodeKey(1))).toBe(true);
  });

  it("go round a link that is too narrow for the labels on it", () => {
    const database = new LinkStateDatabase(EVERYBODY);
    const narrow = PAYLOAD_MIN + 16 + 4;
    database.store(entryOf(1, [{ to: 0 }, { to: 2 }]), 0);
    database.store(entryOf(2, [{ to: 1 }, { to: 0 }]), 0);
    const paths = new Paths({ ownKey: nodeKey(0), database, payloadMin: PAYLOAD_MIN });
    const own = (mtu: number): Map<string, OwnEdge> => new Map([[nodeKey(1), { mtu, segmentMtu: mtu, cost: 1 }]]);
    paths.update(own(narrow + 4));
    expect(paths.to(nodeKey(2))).toHaveLength(1);
    paths.update(own(narrow));
    expect(paths.to(nodeKey(1))).toHaveLength(1);
    expect(paths.to(nodeKey(2))).toHaveLength(0);
    paths.update(new Map([...own(narrow), [nodeKey(2), { mtu: 1500, segmentMtu: 1500, cost: 60_000 }]]));
    expect(paths.to(nodeKey(2))[0]?.firstHop).toBe(nodeKey(2));
  });
});

describe("paths that somebody asks for", () => {
  const edge = (a: number, b: number, cost = 1) => ({ a, b, there: cost, back: cost });
  const ladder = [edge(0, 1), edge(1, 2), edge(2, 5), edge(0, 3, 5), edge(3, 4, 5), edge(4, 5, 5), edge(1, 4)];

  it("lead through exactly these nodes", () => {
    const paths = pathsOver(ladder);
    expect(paths.along([1, 4, 5].map(nodeKey))?.cost).toBe(7);
    expect(paths.along([1, 3, 5].map(nodeKey))).toBeUndefined();
  });

  it("lead through these nodes and whatever is between", () => {
    const paths = pathsOver(ladder);
    expect(numbersOf(paths.loose([nodeKey(4), nodeKey(5)])?.hops ?? [], 6)).toEqual([1, 4, 5]);
    expect(paths.loose([nodeKey(9)])).toBeUndefined();
  });

  it("avoid nodes", () => {
    const paths = pathsOver(ladder);
    expect(numbersOf(paths.avoiding(nodeKey(5), [nodeKey(2)])[0]?.hops ?? [], 6)).toEqual([1, 4, 5]);
    expect(numbersOf(paths.avoidingFirstHops(nodeKey(5), [nodeKey(1)])[0]?.hops ?? [], 6)).not.toContain(0);
    expect(paths.avoiding(nodeKey(5), [nodeKey(1), nodeKey(3)])).toEqual([]);
  });

  it("cross no node that forwards for nobody, whoever names it, and end there", () => {
    const paths = pathsOver(ladder, { leaves: [4] });
    expect(paths.along([1, 4, 5].map(nodeKey))).toBeUndefined();
    expect(paths.leavesBetween([1, 4, 5].map(nodeKey))).toEqual([nodeKey(4)]);
    expect(paths.loose([nodeKey(4), nodeKey(5)])).toBeUndefined();
    expect(paths.disjoint(nodeKey(5))).toBeUndefined();
    expect(paths.avoiding(nodeKey(5), [nodeKey(2)])).toEqual([]);
    expect(paths.avoidingFirstHops(nodeKey(5), [nodeKey(1)])).toEqual([]);
    for (const way of [paths.along([1, 4].map(nodeKey)), paths.loose([nodeKey(1), nodeKey(4)])])
      expect(way?.stack).toEqual([labelOf(1, 4), 100_004]);
    expect(paths.disjoint(nodeKey(4))?.map(({ cost }) => cost)).toEqual([2, 10]);
  });

  it("share no node, and cost the least together, which two greedy searches would miss", () => {
    // The cheapest path 0 1 4 5 crosses both disjoint ones.
    const trap = [edge(0, 1), edge(1, 4), edge(4, 5), edge(1, 2, 2), edge(2, 5, 2), edge(0, 3, 2), edge(3, 4, 2)];
    const pair = pathsOver(trap).disjoint(nodeKey(5));
    expect(pair?.map(({ hops }) => numbersOf(hops, 6))).toEqual([
      [1, 2, 5],
      [3, 4, 5],
    ]);
  });

  it("are looked for to an end where the cheapest path of all is longer than a stack", () => {
    const chain = Array.from({ length: HOPS_MAX + 3 }, (_, n) => edge(n, n + 1));
    const paths = pathsOver([...chain, edge(0, chain.length, 1000)]);
    expect(paths.to(nodeKey(chain.length)).map(({ cost }) => cost)).toEqual([1000]);
    expect(paths.disjoint(nodeKey(chain.length))).toBeUndefined();
  });

  it("are disjoint exactly when no single node cuts them off", () => {
    fc.assert(
      fc.property(graphs, (edges) => {
        const paths = pathsOver(edges);
        for (let to = 1; to < SIZE; to += 1) {
          const pair = paths.disjoint(nodeKey(to));
          const isCut = (node: number): boolean =>
            naiveCost(
              edges.filter(({ a, b }) => a !== node && b !== node),
              to,
            ) === Infinity;
          const isDirect = edges.some(({ a, b }) => (a === 0 && b === to) || (b === 0 && a === to));
          const others = Array.from({ length: SIZE - 1 }, (_, n) => n + 1).filter((node) => node !== to);
          const withoutDirect = edges.filter(({ a, b }) => !((a === 0 && b === to) || (b === 0 && a === to)));
          const expected = isDirect
            ? naiveCost(withoutDirect, to) < Infinity
            : naiveCost(edges, to) < Infinity && !others.some(isCut);
          expect(pair !== undefined).toBe(expected);
          const [one, other] = pair ?? [];
          const between = one?.hops.slice(0, -1) ?? [];
          expect(other?.hops.slice(0, -1).filter((hop) => between.includes(hop)) ?? []).toEqual([]);
        }
      }),
    );
  });
});

describe("a large layer", () => {
  it("is computed once for all destinations, also when rows change one by one", () => {
    const random = randomOf(11);
    const size = 1000;
    const edges: TestEdge[] = [];
    for (let n = 1; n < size; n += 1) {
      for (const b of new Set([Math.floor(random() * n), Math.floor(random() * n)]))
        edges.push({ a: n, b, there: 1 + Math.floor(random() * 100), back: 1 + Math.floor(random() * 100) });
    }
    const paths = pathsOver(edges);
    for (const to of [1, 10, 500, 999]) expect(paths.to(nodeKey(to))[0]?.cost).toBe(naiveCost(edges, to));
  });
});
