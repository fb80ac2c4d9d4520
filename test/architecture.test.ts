/** Holds the layer law and the habits that no linter holds. The ranks are read from the table in ARCHITECTURE.md. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { importsOf, packageOf, readText, root, sourceFiles, workspacePackages } from "./repository.ts";

const HIGHEST_CORE_RANK = 3;
const LONGEST_FILE_LINES = 450;
const BANNED_WORDS = ["util", "utils", "helper", "helpers", "manager", "common", "misc", "base", "impl", "shared"];

const packages = workspacePackages();
const members = packages.filter((one) => one.folder !== ".");
const everything = ["packages", "apps", "links", "proto", "test"];
/** `x.test.ts`, and `x.testing.ts`: what only tests of the same package import. */
const isTest = (path: string): boolean => /\.(?:test|testing)\.ts$/.test(path);

/** Rank by room, `packages/wire` → 0, `links/*` → 6; the rooms for development only have the highest. */
const ranks = new Map(
  [...readText("ARCHITECTURE.md").matchAll(/^\| (\d+|dev) +\| `([\w*/-]+)` +\|/gm)].map(
    ([, rank, room]) => [room!, rank === "dev" ? Number.POSITIVE_INFINITY : Number(rank)] as const,
  ),
);

function rankOf(folder: string): number {
  const rank = ranks.get(folder) ?? ranks.get(folder.replace(/\/[^/]+$/, "/*"));
  if (rank === undefined) throw new Error(`${folder} has no row in the table of ARCHITECTURE.md`);
  return rank;
}

const core = members.filter((one) => rankOf(one.folder) <= HIGHEST_CORE_RANK);

function memberNamed(name: string): (typeof members)[number] | undefined {
  return members.find((one) => one.name === name);
}

test("every package has a rank, and every ranked room exists", () => {
  expect(members.map((one) => rankOf(one.folder))).not.toContain(undefined);
  const absent = [...ranks.keys()].filter((room) => !existsSync(join(root, room.replace("/*", ""))));
  expect(absent).toEqual([]);
  expect(core.map((one) => one.name)).toContain("@flor/node");
});

test("a package depends on lower ranks only", () => {
  const violations = members.flatMap((one) =>
    Object.keys(one.dependencies)
      .map(memberNamed)
      .filter((target) => target !== undefined && target.name !== "@flor/testkit")
      .filter((target) => rankOf(target!.folder) >= rankOf(one.folder))
      .map((target) => `${one.name} → ${target!.name}`),
  );
  expect(violations).toEqual([]);
});

test("a file imports only what its package declares, and the testkit only from tests", () => {
  const violations = packages.flatMap((one) => {
    const files = one.folder === "." ? sourceFiles("test", "proto") : sourceFiles(one.folder);
    return files.flatMap((file) =>
      importsOf(file)
        .map(packageOf)
        .filter((name) => name !== undefined && name !== one.name)
        .filter((name) => !isDeclared(name!, one, file.path))
        .map((name) => `${file.path} → ${name}`),
    );
  });
  expect(violations).toEqual([]);
});

/** What the root declares for development is there for tests and builds, as Node resolves it upwards. */
function isDeclared(name: string, owner: (typeof packages)[number], path: string): boolean {
  const ofRoot = packages.find((one) => one.folder === ".")!.dependencies;
  if (name === "@flor/testkit" && owner.folder !== "." && !isTest(path)) return false;
  const isDevelopment = isTest(path) || !path.includes("/src/");
  return name in owner.dependencies || (isDevelopment && name in ofRoot);
}

test("a file imports no file of another package by path", () => {
  const violations = members.flatMap((one) =>
    sourceFiles(one.folder).flatMap((file) =>
      importsOf(file)
        .filter((specifier) => specifier.startsWith("."))
        .filter((specifier) => !join(file.path, "..", specifier).startsWith(`${one.folder}/`))
        .map((specifier) => `${file.path} → ${specifier}`),
    ),
  );
  expect(violations).toEqual([]);
});

/** Records that point at each other, as what they stand for does. */
const MUTUAL = ["adjacency ⇄ node-link", "adjacency ⇄ neighbour", "carried-session ⇄ peer"];

test("files import each other in no circle, types neither", () => {
  const circles = members.flatMap((one) => circlesAmong(importsByPath(one.folder)));
  expect(circles.filter((circle) => !MUTUAL.includes(circle))).toEqual([]);
});

function importsByPath(folder: string): ReadonlyMap<string, readonly string[]> {
  const own = (file: ReturnType<typeof sourceFiles>[number]): string[] =>
    importsOf(file)
      .filter((specifier) => specifier.startsWith("."))
      .map((specifier) => join(file.path, "..", specifier));
  return new Map(sourceFiles(folder).map((file) => [file.path, own(file)]));
}

/** Each circle once, by the names of its files. */
function circlesAmong(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const begin = way.indexOf(path);
    const circle = way.slice(Math.max(begin, 0)).map((member) => basename(member, ".ts"));
    if (begin >= 0) circles.push(circle.toSorted().join(" ⇄ "));
    if (begin >= 0 || done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const path of imports.keys()) visit(path, []);
  return circles;
}

test("the core knows nothing of Node", () => {
  const ofNode = /\b(?:Buffer|process|setTimeout|setInterval|setImmediate|require)\s*[.(]|\bglobalThis\b/;
  const violations = core.flatMap((one) =>
    sourceFiles(`${one.folder}/src`)
      .filter((file) => !isTest(file.path))
      .filter((file) => importsOf(file).some((name) => name.startsWith("node:")) || ofNode.test(codeOf(file.text)))
      .map((file) => file.path),
  );
  expect(violations).toEqual([]);
});

test("nothing that runs a node can leave cryptography out", () => {
  const users = sourceFiles("packages", "apps", "links")
    .filter(
      (file) =>
        !isTest(file.path) && importsOf(file).some((name) => name.endsWith("/plain") || name.includes("/plain/")),
    )
    .map((file) => file.path);
  expect(users).toEqual([]);
});

/** The code without comments and strings, roughly: enough to look for a name. */
function codeOf(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/gm, "");
}

test("the core is compiled without the types of Node", () => {
  const included = [...readText("tsconfig.core.json").matchAll(/"(packages\/[\w-]+)\/src/g)].map((match) => match[1]!);
  expect(included.toSorted()).toEqual(core.map((one) => one.folder).toSorted());
});

test("every dependency has an exact version", () => {
  const loose = packages.flatMap((one) =>
    Object.entries(one.dependencies)
      .filter(([, version]) => version !== "workspace:*" && !/^\d+\.\d+\.\d+$/.test(version))
      .map(([name, version]) => `${one.name}: ${name} ${version}`),
  );
  expect(loose).toEqual([]);
});

test("every dependency has its reason in docs/dependencies.md, and no other has", () => {
  const reasons = [...readText("docs/dependencies.md").matchAll(/^\| `([^`]+)` +\| .*\w.* \|$/gm)].map(
    (row) => row[1]!,
  );
  const used = packages.flatMap((one) => Object.keys(one.dependencies)).filter((name) => !name.startsWith("@flor/"));
  expect(reasons.toSorted()).toEqual([...new Set(used)].toSorted());
});

test("the lock file names no host", () => {
  expect(readText("pnpm-lock.yaml")).not.toMatch(/https?:\/\/|tarball:/);
});

test("every bound has its page", () => {
  expect(readText("docs/limits.md")).toMatch(/^\| .*\|/m);
});

test("files are named in kebab-case for what they hold", () => {
  const misnamed = sourceFiles(...everything)
    .map((file) => file.path)
    .filter((path) => {
      const words = path.split("/").at(-1)!.split(/[-.]/);
      return !/^[a-z0-9]+(?:[-.][a-z0-9]+)*\.ts$/.test(path.split("/").at(-1)!) || words.some(isBanned);
    });
  expect(misnamed).toEqual([]);
});

function isBanned(word: string): boolean {
  return BANNED_WORDS.includes(word);
}

test("no file is too long to be read", () => {
  const tooLong = sourceFiles(...everything)
    // Nobody reads what is generated.
    .filter(({ path }) => !path.includes("/generated/"))
    .map((file) => `${file.path}: ${file.text.split("\n").length - 1} lines`)
    .filter((line) => Number(/(\d+) lines/.exec(line)![1]) > LONGEST_FILE_LINES);
  expect(tooLong).toEqual([]);
});

test("nothing is left for later", () => {
  // Behind a "#" it is a word of the Test Anything Protocol.
  const marks = /(?<!# )\b(?:TO[D]O|FIX[M]E|X[X]X)\b/;
  expect(
    sourceFiles(...everything)
      .filter((file) => marks.test(file.text))
      .map((file) => file.path),
  ).toEqual([]);
});
