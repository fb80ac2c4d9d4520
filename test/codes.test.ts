/** Holds that no two codes of one table are the same number, and that the pages of the formats list those of QUIC. */
import { expect, test } from "vitest";
import { readText, sourceFiles } from "./repository.ts";

const TABLE = /const (\w+)(?:: [^=\n]+)? = \{([^{}]*)\}( as const)?;/g;
const COMMENT = /\/\*[^]*?\*\/|\/\/.*/g;
const ROW = /^(\w+): (0x[0-9a-f_]+|\d[\d_]*)n?$/i;
/** Codes are written as hexadecimal numbers; these tables of codes are not. */
const DECIMAL = /Code$|Kind$|Type$|^KIND$|^kind$|Purpose|PURPOSE/;

interface Table {
  readonly name: string;
  readonly codes: ReadonlyMap<string, number>;
}

const tables = sourceFiles("packages", "links", "apps")
  .filter(({ path }) => !/\.test\.ts$|\.testing\.ts$|\/generated\//.test(path))
  .flatMap(({ text }) => [...text.matchAll(TABLE)].flatMap(([, name = "", body = ""]) => tableOf(name, body) ?? []));

/** A table of codes; `undefined`: it is another kind of object. */
function tableOf(name: string, body: string): Table | undefined {
  const lines = body.replaceAll(COMMENT, "").split(",");
  const rows = lines.flatMap((line) => (line.trim() === "" ? [] : [ROW.exec(line.trim())]));
  if (rows.length < 2 || rows.includes(null)) return undefined;
  if (!DECIMAL.test(name) && !rows.every((row) => row?.[2]?.startsWith("0x"))) return undefined;
  return { name, codes: new Map(rows.map((row) => [row?.[1] ?? "", Number(row?.[2]?.replaceAll("_", ""))])) };
}

const named = (name: string): ReadonlyMap<string, number> | undefined =>
  tables.find((table) => table.name === name)?.codes;

test("every code means one thing", () => {
  const names = tables.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["CloseCode", "StreamErrorCode", "RejectCode", "frameType", "KIND"]));
  const shared = tables.flatMap(({ name, codes }) =>
    [...Map.groupBy(codes.keys(), (key) => codes.get(key)).values()].flatMap((keys) =>
      keys.length > 1 ? `${name}: ${keys.join(", ")}` : [],
    ),
  );
  expect(shared).toEqual([]);
});

test.each([
  ["CloseCode", "proto/control.md"],
  ["StreamErrorCode", "proto/session.md"],
])("%s is what %s lists", (name, page) => {
  const listed = [...readText(page).matchAll(/^\| (0x[0-9a-f]{2}) \| (\w+) +\|/gm)];
  expect(Object.fromEntries(listed.map(([, code, what = ""]) => [what, Number(code)]))).toEqual(
    Object.fromEntries(named(name) ?? []),
  );
});
