import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { root } from "./repository.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-setup-"));
  copyFileSync(join(root, "setup.mjs"), join(folder, "setup.mjs"));
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml"]) writeFileSync(join(folder, file), "one");
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs it with an npx that writes its arguments down, or without any. */
function setup(
  npx: string | undefined,
  environment: NodeJS.ProcessEnv = {},
): { readonly status: number | null; readonly stderr: string } {
  const bin = join(folder, "bin");
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin);
  if (npx !== undefined) writeFileSync(join(bin, "npx"), `#!/bin/sh\n${npx}\n`, { mode: 0o755 });
  return spawnSync(process.execPath, [join(folder, "setup.mjs")], {
    env: { HOME: folder, PATH: bin, ...environment },
    encoding: "utf8",
  });
}

test("what is there is not installed again, until the lock changes", () => {
  const npx = `echo "$@" >> ${folder}/called`;
  expect(setup(npx)).toMatchObject({ status: 0, stderr: expect.stringContaining("installing") });
  expect(setup(undefined)).toMatchObject({ status: 0, stderr: "" });
  writeFileSync(join(folder, "pnpm-lock.yaml"), "two");
  expect(setup(npx).status).toBe(0);
  expect(readFileSync(join(folder, "called"), "utf8").trim().split("\n")).toEqual([
    expect.stringContaining("install --frozen-lockfile --prefer-offline"),
    expect.stringContaining("install --frozen-lockfile --prefer-offline"),
  ]);
});

test.each([
  ["npx is missing", undefined, "ENOENT"],
  ["the registry is not reached", "echo ERR_PNPM_NO_OFFLINE; exit 3", "ended with 3"],
])("where %s it says what failed, and tries again the next time", (_, npx, reason) => {
  const failed = setup(npx);
  expect(failed).toMatchObject({ status: 1, stderr: expect.stringContaining(reason) });
  expect(failed.stderr).toContain("→ it needs npm");
  expect(existsSync(join(folder, "node_modules"))).toBe(false);
});

test("npx speaks though npm was told to be silent, and gives up soon without a network", () => {
  const npx = `echo "level=$npm_config_loglevel retries=$npm_config_fetch_retries/$npm_config_fetch_retry_maxtimeout"`;
  expect(setup(npx, { npm_config_loglevel: "silent" }).stderr).toContain("level= retries=3/4000\n");
});

test("what the user set for retries stays", () => {
  expect(setup('echo "retries=$npm_config_fetch_retries"', { npm_config_fetch_retries: "9" }).stderr).toContain(
    "retries=9\n",
  );
});

test("without a home folder that can be written, downloads are kept in the clone", () => {
  const kept = join(folder, "node_modules", ".cache", "home");
  const { stderr } = setup('echo "home=$HOME cache=$npm_config_cache"', { HOME: join(folder, "missing") });
  expect(stderr).toContain(`what is downloaded is kept in ${kept}\n`);
  expect(stderr).toContain(`home=${kept} cache=${join(kept, ".npm")}\n`);
});

test.each(["start", "flor"])("npm run %s installs first, and a signal to npm reaches the program", (script) => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  expect(scripts[script]).toMatch(/^node setup\.mjs && exec node /);
});
