/** Golden vectors of proto/service.md, made by an independent reading of that page. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hashText } from "./flow-key.ts";
import { buildMaglevTable, churnBetween } from "./maglev-table.ts";
import { permutationOf, seedOf } from "./permutations.ts";

interface NamedBackend {
  readonly key: string;
  readonly weight: number;
}

interface Vectors {
  readonly tables: readonly {
    readonly name: string;
    readonly size: number;
    readonly backends: readonly NamedBackend[];
    readonly slots: readonly number[] | null;
    readonly sha256: string;
  }[];
  readonly changes: readonly {
    readonly what: string;
    readonly size: number;
    readonly before: readonly NamedBackend[];
    readonly after: readonly NamedBackend[];
    readonly sha256: readonly [string, string];
    readonly moved: number;
    readonly between_staying: number;
  }[];
  readonly flows: readonly { readonly name: string; readonly text: string; readonly hash: number }[];
}

const { tables, changes, flows } = JSON.parse(
  readFileSync(new URL("../../../proto/vectors/service.json", import.meta.url), "utf8"),
) as Vectors;

/** The table over backends, and their keys in its order. */
function built(name: string, size: number, backends: readonly NamedBackend[]) {
  const sorted = backends.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const permutations = sorted.map(({ key, weight }) => permutationOf(key, name, weight, size));
  const table = buildMaglevTable(size, permutations);
  const sha256 = createHash("sha256").update(Uint8Array.from(table.slots)).digest("hex");
  return { table, keys: sorted.map(({ key }) => key), sha256 };
}

test.each(tables)("the table of $name over $size slots, $sha256, is the vector's", (vector) => {
  const { table, sha256 } = built(vector.name, vector.size, vector.backends);
  expect([...table.slots]).toEqual(vector.slots ?? [...table.slots]);
  expect(sha256).toBe(vector.sha256);
});

test.each(changes)("$what: $moved of $size slots move, $between_staying of them between two that stay", (change) => {
  const before = built("db.team", change.size, change.before);
  const after = built("db.team", change.size, change.after);
  expect([before.sha256, after.sha256]).toEqual(change.sha256);
  const churn = churnBetween(before.table, before.keys, after.table, after.keys);
  expect([churn.moved, churn.moved - churn.unavoidable]).toEqual([change.moved, change.between_staying]);
});

/** Twice what maglev.md measured of such tables. */
test.each(changes.filter(({ before, after }) => before.length !== after.length))(
  "$what: of the slots of those that stay, few move",
  ({ size, between_staying: extra }) => expect(extra / size).toBeLessThanOrEqual(size === 1021 ? 0.0494 : 0.0272),
);

test.each(flows)("the key of $text for $name is the vector's", ({ name, text, hash }) => {
  expect(hashText(text, seedOf(name))).toBe(hash);
});
