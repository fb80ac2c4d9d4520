import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isExpired,
  LINK_STATE_MAX_OCTETS,
  LINK_STATE_ORIGINS_MAX,
  LinkStateDatabase,
  TOMBSTONES_MAX,
} from "./database.ts";
import { ADVERTISED_ADJACENCIES_MAX, parseEntry } from "./entry.ts";
import { COST_DEFAULT } from "./adjacency-cost.ts";
import { advertisementOf, entryOf, EVERYBODY, nodeKey } from "./layer.testing.ts";

const HOUR_MS = 3_600_000;

describe("a database", () => {
  it("holds what a plain map of the highest sequences holds, whatever comes in whatever order", () => {
    const offers = fc.array(
      fc.record({ n: fc.nat(4), sequence: fc.nat(6), delivery: fc.integer({ min: 20, max: 22 }) }),
    );
    fc.assert(
      fc.property(offers, (all) => {
        const database = new LinkStateDatabase(EVERYBODY);
        const model = new Map<number, { sequence: number; delivery: number }>();
        for (const { n, sequence, delivery } of all) {
          const entry = entryOf(n, [], { sequence, delivery });
          const held = model.get(n);
          const comparison = database.compare(entry);
          const tie = delivery === held?.delivery ? "same" : "conflict";
          const unlike = sequence > (held?.sequence ?? -1) ? "newer" : "older";
          expect(comparison).toBe(sequence === held?.sequence ? tie : unlike);
          if (comparison !== "newer") continue;
          database.store(entry, 0);
          model.set(n, { sequence, delivery });
        }
        for (const [n, { delivery }] of model) expect(database.get(nodeKey(n))?.deliveryLabel).toBe(delivery);
        expect(database.size).toBe(model.size);
      }),
    );
  });

  it("counts age from when it took an advertisement, and keeps only the sequence of what is too old", () => {
    const database = new LinkStateDatabase(EVERYBODY);
    database.store(entryOf(1, [{ to: 2 }]), 0);
    database.store(entryOf(2, [{ to: 1 }]), HOUR_MS / 2);
    expect(database.handleTimeout(HOUR_MS - 1)).toEqual([]);
    expect(database.handleTimeout(2 * HOUR_MS - 1)).toEqual([nodeKey(1), nodeKey(2)]);
    expect(database.size).toBe(0);
    expect(database.compare(entryOf(1, [{ to: 2 }]))).toBe("same");
    expect(database.compare(entryOf(1, [], { sequence: 0 }))).toBe("older");
    const held = database.held(nodeKey(1));
    expect(held !== undefined && isExpired(held)).toBe(true);
    // Shown to nobody: it would live for another hour there.
    expect(database.names()).toEqual([]);
    database.handleTimeout(30 * HOUR_MS);
    expect(database.held(nodeKey(1))).toBeUndefined();
    expect(database.nextTimeout()).toBeUndefined();
  });

  it("keeps what an origin of version 1 says while there is a path to it, since it never repeats it", () => {
    let isReachable = true;
    const database = new LinkStateDatabase({ isOurs: () => false, isReachable: () => isReachable });
    const entry = entryOf(1, [{ to: 2, cost: 1 }], { issued: 0, lifetime: 0 });
    expect(entry.edges[0]?.cost).toBe(COST_DEFAULT);
    database.store(entry, 0);
    expect(database.handleTimeout(25 * HOUR_MS)).toEqual([]);
    expect(database.get(nodeKey(1))).toBe(entry);
    isReachable = false;
    expect(database.handleTimeout(50 * HOUR_MS)).toEqual([nodeKey(1)]);
  });

  it("moves a lifetime into its bounds", () => {
    expect(entryOf(1, [], { lifetime: 1 }).lifetimeMs).toBe(900_000);
    expect(entryOf(1, [], { lifetime: 2 ** 31 }).lifetimeMs).toBe(86_400_000);
    expect(entryOf(1, [], { lifetime: 0 }).lifetimeMs).toBe(0);
  });

  it("when full, forgets the unreachable ones first, and makes room for ours at anybody's cost", () => {
    const ours = nodeKey(9_000_000);
    const database = new LinkStateDatabase({
      isOurs: (origin) => origin === ours,
      isReachable: (origin) => origin !== nodeKey(5),
    });
    for (let n = 0; n < LINK_STATE_ORIGINS_MAX; n += 1) expect(database.store(entryOf(n, []), n)).toBe(true);
    expect(database.store(entryOf(8_000_000, []), 0)).toBe(true);
    expect(database.get(nodeKey(5))).toBeUndefined();
    expect(database.store(entryOf(8_000_001, []), 0)).toBe(false);
    expect(database.store(entryOf(7, [], { sequence: 2 }), 0)).toBe(true);
    expect(database.store(entryOf(9_000_000, []), 0)).toBe(true);
    expect(database.size).toBe(LINK_STATE_ORIGINS_MAX);
  });

  it("bounds the octets, and the tombstones", () => {
    const database = new LinkStateDatabase(EVERYBODY);
    const edges = Array.from({ length: ADVERTISED_ADJACENCIES_MAX }, (_, n) => ({ to: 100_000 + n, label: 16 + n }));
    const octets = advertisementOf(1, edges).advertisement?.length ?? 0;
    let stored = 0;
    while (stored < 1000 && database.store(entryOf(stored, edges), 0)) stored += 1;
    expect(stored).toBe(Math.floor(LINK_STATE_MAX_OCTETS / octets));
    for (let n = 0; n < TOMBSTONES_MAX + 10; n += 1) database.store(entryOf(10_000 + n, [], { lifetime: 0 }), 0);
    expect(database.held(nodeKey(10_009))).toBeUndefined();
    expect(database.held(nodeKey(10_010))).toBeDefined();
    expect(database.size).toBe(stored);
  });
});

describe("an advertisement", () => {
  it("is malformed with too many adjacencies, or a number that is none", () => {
    const edges = (count: number) => Array.from({ length: count }, (_, n) => ({ to: n, label: 16 + n }));
    expect(parseEntry(advertisementOf(1, edges(ADVERTISED_ADJACENCIES_MAX)))).toBeDefined();
    expect(parseEntry(advertisementOf(1, edges(ADVERTISED_ADJACENCIES_MAX + 1)))).toBeUndefined();
    expect(parseEntry(advertisementOf(1, [], { sequence: 2 ** 53 }))).toBeUndefined();
    expect(parseEntry(advertisementOf(1, [{ to: 2, label: 2 ** 20 }]))).toBeUndefined();
  });

  it("counts a neighbour that it names twice once", () => {
    const entry = entryOf(1, [
      { to: 2, cost: 5 },
      { to: 2, cost: 9 },
    ]);
    expect(entry.edges.map(({ cost }) => cost)).toEqual([5]);
  });

  it("never throws, whatever its octets", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
        parseEntry({ advertisement: octets, signature: new Uint8Array(64) });
      }),
    );
  });
});
