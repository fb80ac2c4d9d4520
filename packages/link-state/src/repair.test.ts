import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LinkStateDatabase } from "./database.ts";
import { type EdgeOf, entryOf, EVERYBODY, labelOf, nodeKey } from "./layer.testing.ts";
import { Paths } from "./paths.ts";
import { repairOf } from "./repair.ts";

const SIZE = 8;
type Pairs = readonly (readonly [number, number])[];

function rowOf(edges: Pairs, node: number): EdgeOf[] {
  return edges.flatMap(([a, b]) => (a === node ? [{ to: b }] : b === node ? [{ to: a }] : []));
}

function databaseOf(edges: Pairs): LinkStateDatabase {
  const database = new LinkStateDatabase(EVERYBODY);
  for (let n = 0; n < SIZE; n += 1) database.store(entryOf(n, rowOf(edges, n)), 0);
  return database;
}

/** The paths that node `at` computes, its adjacency with `silent` being down. */
function pathsAt(edges: Pairs, at: number, silent?: number, database = databaseOf(edges)): Paths {
  const paths = new Paths({ ownKey: nodeKey(at), database, payloadMin: 1232 });
  const own = rowOf(edges, at).map(({ to }) => [nodeKey(to), { mtu: 9000, segmentMtu: 9000, cost: 1 }] as const);
  paths.update(new Map(own.filter(([key]) => silent === undefined || key !== nodeKey(silent))));
  return paths;
}

/** Follows a stack from node to node; where it ends, and what nodes it crossed. */
function follow(from: number, stack: readonly number[]): { end: number; crossed: number[] } {
  let at = from;
  const crossed = [from];
  for (const label of stack.slice(0, -1)) {
    at = label - labelOf(at, 0);
    crossed.push(at);
  }
  return { end: (stack.at(-1) ?? 0) - 100_000, crossed };
}

const graphs = fc
  .uniqueArray(fc.tuple(fc.nat(SIZE - 1), fc.nat(SIZE - 1)), {
    maxLength: 18,
    selector: ([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`,
  })
  .map((edges) => edges.filter(([a, b]) => a !== b));

describe("local repair", () => {
  it("leads every stack past a silent node, where a way past it is, to where it was to end", () => {
    fc.assert(
      fc.property(graphs, (edges) => {
        for (const { to: at } of rowOf(edges, 0)) {
          for (const { to: silent } of rowOf(edges, at)) {
            if (silent === 0) continue;
            const repair = repairOf(pathsAt(edges, at, silent), entryOf(silent, rowOf(edges, silent)), () => true);
            for (const { to: next } of rowOf(edges, silent)) {
              const detour = repair.around.get(labelOf(silent, next));
              const hasWay =
                next === at || pathsAt(edges, at, silent).avoiding(nodeKey(next), [nodeKey(silent)]).length > 0;
              if (next === at) continue;
              expect(detour !== undefined).toBe(hasWay);
              if (detour === undefined) continue;
              const first = Number(edges.flat().find((n) => nodeKey(n) === detour.firstHop));
              const { end, crossed } = follow(first, [...detour.push, 100_000 + next]);
              expect(crossed).not.toContain(silent);
              expect([crossed.at(-1), end]).toEqual([next, next]);
            }
          }
        }
      }),
    );
  });

  it("goes by no node that forwards for nobody", () => {
    // 1 stands before 2, which fell silent; past it leads only 4.
    const edges: Pairs = [
      [0, 1],
      [1, 2],
      [2, 3],
      [1, 4],
      [4, 3],
    ];
    const repairWith = (leaf: boolean): number | undefined => {
      const database = databaseOf(edges);
      database.store(entryOf(4, rowOf(edges, 4), { leaf, sequence: 2 }), 0);
      const repair = repairOf(pathsAt(edges, 1, 2, database), entryOf(2, rowOf(edges, 2)), () => true);
      return repair.around.get(labelOf(2, 3))?.push[0];
    };
    expect([repairWith(false), repairWith(true)]).toEqual([labelOf(4, 3), undefined]);
  });

  it("finds another way to the node itself, should only the link to it be gone", () => {
    const edges: Pairs = [
      [0, 1],
      [1, 2],
      [1, 3],
      [3, 2],
    ];
    const repair = repairOf(pathsAt(edges, 1, 2), entryOf(2, rowOf(edges, 2)), () => true);
    expect(repair.toward).toEqual({ firstHop: nodeKey(3), push: [labelOf(3, 2)] });
    expect(repairOf(pathsAt(edges, 1, 2), entryOf(2, rowOf(edges, 2)), () => false).toward).toBeUndefined();
  });
});
