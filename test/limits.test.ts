import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const ROW = /^\| (?<bound>[^|]+?) +\| +(?<value>[^|]+?) +\| [^|]+ \| `(?<name>[\w.]+)` +\|$/gm;
const CONSTANT = /const ([A-Z][A-Z0-9_]+)(?:: \w+)? = ([0-9_*. ]+);/g;
const TABLE = /const ([A-Z][A-Z0-9_]+) = \{([^}]*)\} as const;/g;
const TABLE_ENTRY = /^ *(\w+): ([0-9_]+),$/gm;
const FACTORS: Readonly<Record<string, number>> = { KiB: 1024, MiB: 1_048_576, s: 1000, ms: 1 };

const rows = [...readFileSync(`${root}/docs/limits.md`, "utf8").matchAll(ROW)].map(({ groups }) => groups!);
const files = globSync("{packages,links,apps}/*/src/**/*.ts", { cwd: root, exclude: ["**/node_modules/**"] });
const sources = files
  .filter((file) => !file.endsWith(".test.ts"))
  .map((file) => readFileSync(`${root}/${file}`, "utf8"));

/** Values of the constants that are written as a number or a product, by name; entries of tables as `TABLE.entry`. */
const values = new Map<string, Set<number>>();
for (const source of sources) {
  for (const [, name = "", product = ""] of source.matchAll(CONSTANT)) addValue(name, product);
  for (const [, table = "", entries = ""] of source.matchAll(TABLE)) {
    for (const [, name = "", product = ""] of entries.matchAll(TABLE_ENTRY)) addValue(`${table}.${name}`, product);
  }
}

function addValue(name: string, product: string): void {
  const factors = product.split("*").map((factor) => Number(factor.replaceAll("_", "")));
  const value = factors.reduce((before, factor) => before * factor, 1);
  values.set(name, (values.get(name) ?? new Set()).add(value));
}

/** The number that a cell such as `64 KiB` or `4,096` means; `undefined` when it is words. */
function numberIn(cell: string): number | undefined {
  const [, digits, unit] = /^([0-9,]+)(?: (\w+))?$/.exec(cell) ?? [];
  return digits === undefined ? undefined : Number(digits.replaceAll(",", "")) * (FACTORS[unit ?? ""] ?? 1);
}

test("the page of limits has rows", () => {
  expect(rows.length).toBeGreaterThan(80);
});

test.each(rows)("the bound $name stands in the code: $value", ({ name, value }) => {
  expect(values.has(name!) || sources.some((source) => source.includes(`const ${name!}`))).toBe(true);
  const wanted = numberIn(value!);
  const found = values.get(name!);
  // A value made of other constants is not followed.
  expect(wanted === undefined || found === undefined || found.has(wanted)).toBe(true);
});
