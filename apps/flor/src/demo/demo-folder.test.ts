import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeDemoFolder, removeLeftovers } from "./demo-folder.ts";

test("what a demo that was killed left is removed, and nothing else", () => {
  const parent = mkdtempSync(join(tmpdir(), "flor-leftovers-"));
  try {
    const { pid: dead } = spawnSync(process.execPath, ["-e", ""]);
    const [left, others] = [join(parent, `flor-demo-${dead}-aaaaaa`), join(parent, "flor-node-1-aaaaaa")];
    mkdirSync(left);
    mkdirSync(others);
    const mine = makeDemoFolder(parent);
    expect(statSync(mine).mode & 0o777).toBe(0o700);
    removeLeftovers(parent);
    expect([left, others, mine].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  } finally {
    rmSync(parent, { recursive: true });
  }
});
