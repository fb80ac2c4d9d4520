/** Holds the pages to the tree: what they name exists, and each can be found from the first one. */
import { existsSync, globSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { readText, root } from "./repository.ts";

const PAGES = ["*.md", "docs/**/*.md", "test/**/*.md", "proto/*.md", "links/**/*.md", "packages/*/*.md"];
/** Files that tests and builds make. */
const MADE = /^(?:dist|test\/bench\/out)\b/;
const FIRST = "README.md";

const pages = globSync(PAGES, { cwd: root, exclude: (path) => path.includes("node_modules") });

/** Paths, from the root, that a page links to. */
function linksOf(page: string): readonly string[] {
  return [...readText(page).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)[^)]*\)/g)].map((link) =>
    normalize(join(dirname(page), link[1]!)),
  );
}

/** Paths within code marks, `packages/node/src/sender.ts`, that begin with a folder of the root. */
function namedPaths(page: string): readonly string[] {
  const named = [...readText(page).matchAll(/`((?:packages|links|apps|docs|proto|test|packaging)\/[\w@./-]+)`/g)];
  return named.map((path) => path[1]!).filter((path) => !MADE.test(path));
}

test.each(pages)("%s links only to what is there", (page) => {
  expect(linksOf(page).filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test.each(pages)("%s names only files that are there", (page) => {
  const roots = [root, join(root, dirname(page))];
  expect(namedPaths(page).filter((path) => roots.every((folder) => !existsSync(join(folder, path))))).toEqual([]);
});

test("every page can be reached from the first one", () => {
  const reached = new Set([FIRST]);
  for (const page of reached) for (const path of linksOf(page)) if (path.endsWith(".md")) reached.add(path);
  expect(pages.filter((page) => !reached.has(normalize(page)))).toEqual([]);
});

test("each requirement of QUIC is held by tests that are there", () => {
  const folder = "packages/quic/src";
  const texts = new Map(
    globSync("**/*.test.ts", { cwd: join(root, folder) }).map((file) => [
      basename(file, ".test.ts"),
      readText(join(folder, file)).toLowerCase(),
    ]),
  );
  const rows = readText("docs/quic.md")
    .split("## What the RFCs require")[1]!
    .matchAll(/^\| [^|]+ \| [\d., –-]+\|[^|]+\|(.*)\|$/gm);
  const named = [...rows].flatMap(([, held]) => [...held!.matchAll(/`([a-z][\w./-]*)`(?:: ([^;,`|]+))?/g)]);
  expect(named.length).toBeGreaterThan(50);
  const isThere = (name: string, words = ""): boolean =>
    name.startsWith("packages/") ||
    texts.get(basename(name, ".test.ts"))?.includes(words.trim().toLowerCase()) === true;
  expect(named.filter(([, name, words]) => !isThere(name!, words)).map(([text]) => text)).toEqual([]);
});
