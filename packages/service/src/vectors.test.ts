/** Golden vectors of proto/service.md, made by an independent reading of that page. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { hashText } from "./flow-key.ts";
import { buildMaglevTable } from "./maglev-table.ts";
import { permutationOf, seedOf } from "./permutations.ts";

interface Vectors {
  readonly tables: readonly {
    readonly name: string;
    readonly size: number;
    readonly backends: readonly { readonly key: string; readonly weight: number }[];
    readonly slots: readonly number[] | null;
    readonly sha256: string;
  }[];
  readonly flows: readonly { readonly name: string; readonly text: string; readonly hash: number }[];
}

const { tables, flows } = JSON.parse(
  readFileSync(new URL("../../../proto/vectors/service.json", import.meta.url), "utf8"),
) as Vectors;

test.each(tables)("the table of $name over $size slots, $sha256, is the vector's", (vector) => {
  const backends = vector.backends.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const permutations = backends.map(({ key, weight }) => permutationOf(key, vector.name, weight, vector.size));
  const { slots } = buildMaglevTable(vector.size, permutations);
  expect([...slots]).toEqual(vector.slots ?? [...slots]);
  expect(createHash("sha256").update(Uint8Array.from(slots)).digest("hex")).toBe(vector.sha256);
});

test.each(flows)("the key of $text for $name is the vector's", ({ name, text, hash }) => {
  expect(hashText(text, seedOf(name))).toBe(hash);
});
