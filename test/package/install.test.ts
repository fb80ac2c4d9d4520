/** What `npm run build` makes, installed as a user installs it, into an empty prefix. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

let prefix: string;
let tarball: string;

beforeAll(async () => {
  prefix = mkdtempSync(join(tmpdir(), "flor-install-"));
  const built = await execa(process.execPath, ["apps/flor/build.ts"], { cwd: root });
  tarball = join(root, built.stdout.trim());
  // It depends on one package of the registry, which may be slow to answer.
  const registry = ["--prefer-offline", "--fetch-retries=5", "--fetch-retry-mintimeout=1000"];
  const quiet = ["--no-audit", "--no-fund"];
  await execa("npm", ["install", "--global", "--prefix", prefix, ...quiet, ...registry, tarball], { cwd: prefix });
});

afterAll(() => {
  rmSync(prefix, { recursive: true, force: true });
});

/** Runs the installed command, with nothing of the source tree in reach. */
async function flor(...args: readonly string[]): Promise<{ readonly code: number | undefined; readonly all: string }> {
  const env = {
    PATH: `${dirname(process.execPath)}${delimiter}/usr/bin${delimiter}/bin`,
    HOME: prefix,
    TMPDIR: prefix,
    XDG_RUNTIME_DIR: prefix,
  };
  const done = await execa(join(prefix, "bin/flor"), args, {
    cwd: prefix,
    env,
    extendEnv: false,
    reject: false,
    all: true,
  });
  return { code: done.exitCode, all: done.all };
}

test("the tarball is named for its version", () => {
  const { version } = JSON.parse(readFileSync(join(root, "apps/flor/package.json"), "utf8")) as { version: string };
  expect(tarball).toBe(join(root, `dist/flor-${version}.tgz`));
  expect(existsSync(tarball)).toBe(true);
});

test("the package holds its documents, the licences of what it bundles, and no source", () => {
  const folder = join(prefix, "lib/node_modules/flor");
  const files = readdirSync(folder);
  expect(files).toEqual(expect.arrayContaining(["README.md", "LICENSE", "CHANGELOG.md", "BUNDLED-LICENSES.txt"]));
  expect(files.filter((file) => file.endsWith(".ts"))).toEqual(["index.d.ts"]);
  expect(readFileSync(join(folder, "BUNDLED-LICENSES.txt"), "utf8")).toMatch(/^commander .*, MIT$/m);
});

test("the installed command shows its version and help", async () => {
  expect((await flor("--version")).all).toMatch(/^\d+\.\d+\.\d+$/);
  expect(await flor("--help")).toMatchObject({ code: 0, all: expect.stringContaining("Begin with: flor demo") });
});

test("the installed command carries real traffic through its own links", async () => {
  const checked = await flor("demo", "--check", "--port", "22080");
  expect(checked.all).toMatch(/(^✓[^\n]+\n?){6}/m);
  expect(checked.all).not.toContain("✗");
  expect(checked.code).toBe(0);
});

test("the installed package is a library, with types", () => {
  const folder = join(prefix, "lib/node_modules/flor");
  const types = readFileSync(join(folder, "index.d.ts"), "utf8");
  expect(types).toContain("declare function createNode(options: CreateNodeOptions): Promise<Flor>");
  // Nothing that is not installed with it.
  expect(types.match(/from "[^"]+"/g)?.filter((name) => !name.startsWith('from "node:'))).toEqual([]);
});

/** Everything that a program may write down of the library; a text, since this repository does not install it. */
const CONSUMER = readFileSync(join(import.meta.dirname, "consumer.txt"), "utf8");

/** Node's own `fetch` takes the dispatcher; to a browser's types, which are there by default, it is unknown. */
const FETCHES = `const answer: Response = await fetch("http://web.team/", { dispatcher });`;

test.each([
  ["Node's types alone", { lib: ["esnext"] }, CONSUMER + FETCHES],
  ["a browser's types beside them", {}, CONSUMER],
])("a program that uses the library is checked by its types: %s", async (_title, lib, program) => {
  const folder = mkdtempSync(join(prefix, "consumer-"));
  mkdirSync(join(folder, "node_modules"), { recursive: true });
  symlinkSync(join(prefix, "lib/node_modules/flor"), join(folder, "node_modules/flor"));
  symlinkSync(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  writeFileSync(join(folder, "program.mts"), program);
  const compilerOptions = { target: "esnext", module: "nodenext", strict: true, noEmit: true, types: ["node"], ...lib };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.mts"] }));
  const checked = await execa("tsc", ["-p", folder], { preferLocal: true, localDir: root, reject: false });
  expect(checked.stdout).toBe("");
});

test("the library lists what is wrong with a configuration", async () => {
  const entry = join(prefix, "lib/node_modules/flor/index.js");
  const program = `import(${JSON.stringify(entry)}).then(({ createNode }) => createNode({ config: { name: "a b" } })).catch((error) => console.log(error.code, error.message))`;
  const { stdout } = await execa(process.execPath, ["-e", program], { cwd: prefix });
  expect(stdout).toMatch(/^ERR_FLOR_CONFIG .*name/s);
});
