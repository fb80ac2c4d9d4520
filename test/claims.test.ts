import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { advice, claims, triedByNumber, untried } from "./claims.ts";
import { root } from "./repository.ts";

/** A row's last cell: the names of its bounds. */
const BOUNDS_OF_ROW = /^\|.*\| (?<names>`[^|]+`) +\|$/gm;

function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

/** Text as people read it: a table's padding and the ends of lines are one space. */
function flat(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

/** Paragraphs, points and rows of a page; neither headings nor heads of tables, nor blocks of files to copy. */
function unitsOf(page: string): readonly string[] {
  const text = read(page)
    .replaceAll(/^```[^]*?^```$/gm, "")
    .replaceAll(/^\|.*\n\|[ -]+\|.*$/gm, "");
  const parts = text.split(/\n\n|\n(?=- |\|)/).map(flat);
  return parts.filter((part) => part !== "" && !part.startsWith("#"));
}

describe.each(Object.entries(claims))("%s", (page, entries) => {
  test("says what its tests hold", () => {
    const said = flat(read(page));
    expect(entries.map(([excerpt]) => excerpt).filter((excerpt) => !said.includes(excerpt))).toEqual([]);
  });

  test.each(entries)("holds %j", (_excerpt, file, title) => {
    expect(title).not.toBe("");
    expect(flat(read(file)).includes(title)).toBe(true);
  });

  test("says nothing else", () => {
    const known = [...entries.map(([excerpt]) => excerpt), ...(advice[page] ?? [])];
    const loose = unitsOf(page).filter((unit) => !known.some((excerpt) => unit.includes(excerpt)));
    expect(loose).toEqual([]);
  });
});

describe("docs/limits.md", () => {
  const page = read("docs/limits.md").replace(/^## What each message may cost$[^]*?^(?=## )/m, "");
  const bounds = [...page.matchAll(BOUNDS_OF_ROW)].flatMap(({ groups }) =>
    [...groups!["names"]!.matchAll(/`([\w.]+)`/g)].map(([, name]) => name!),
  );
  const options = { cwd: root, exclude: ["**/node_modules/**"] };
  const files = globSync(["{packages,links,apps}/*/src/**/*.test.ts", "packages/*/src/**/*.testing.ts"], options);
  const tests = [...files, ...globSync("test/{e2e,netns,programs}/**/*.ts", options)].map(read).map(flat);
  const isNamed = (name: string): boolean => tests.some((text) => text.includes(name.split(".").at(-1)!));

  const isTitle = (title: string): boolean => tests.some((text) => text.includes(title));

  test("has bounds that tests try, but for those that are listed as untried", () => {
    const loose = bounds.filter((name) => !isNamed(name) && triedByNumber[name] === undefined);
    expect([...new Set(loose)].sort()).toEqual([...untried].sort());
  });

  test.each(Object.entries(triedByNumber))("has the bound %s, tried by number", (name, title) => {
    expect(bounds).toContain(name);
    expect(isTitle(title)).toBe(true);
  });
});
