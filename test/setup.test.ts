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
function setup(npx: string | undefined): { readonly status: number | null; readonly stderr: string } {
  const bin = join(folder, "bin");
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin);
  if (npx !== undefined) writeFileSync(join(bin, "npx"), `#!/bin/sh\n${npx}\n`, { mode: 0o755 });
  return spawnSync(process.execPath, [join(folder, "setup.mjs")], { env: { PATH: bin }, encoding: "utf8" });
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
