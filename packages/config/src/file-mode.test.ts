import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isPrivate } from "./file-mode.ts";

const USER = 1000;
const ROOT = 0;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-mode-"));
  mkdirSync(join(folder, "credentials"));
  for (const name of ["inside", "outside"])
    writeFileSync(join(folder, name === "inside" ? "credentials/key" : name), "");
  symlinkSync(join(folder, "outside"), join(folder, "credentials/link"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("a file's mode", () => {
  it.each([
    [0o600, USER, true],
    [0o400, USER, true],
    [0o440, USER, false],
    [0o640, USER, false],
    [0o440, ROOT, true],
    [0o640, ROOT, true],
    [0o660, ROOT, false],
    [0o650, ROOT, false],
    [0o444, ROOT, false],
    [0o604, ROOT, false],
    [0o601, ROOT, false],
  ])("%o of user %i keeps it private: %s", (mode, uid, isKept) => {
    expect(isPrivate(join(folder, "outside"), { mode, uid }, undefined)).toBe(isKept);
  });

  it("may let the group read within the folder of credentials, and not through a link out of it", () => {
    const credentials = join(folder, "credentials");
    const judge = (path: string, mode: number): boolean => isPrivate(path, { mode, uid: USER }, credentials);
    expect(judge(join(credentials, "key"), 0o440)).toBe(true);
    expect(judge(join(credentials, "key"), 0o460)).toBe(false);
    expect(judge(join(credentials, "key"), 0o444)).toBe(false);
    expect(judge(join(credentials, "link"), 0o440)).toBe(false);
    expect(judge(join(credentials, "../outside"), 0o440)).toBe(false);
    expect(judge(join(credentials, "absent"), 0o440)).toBe(false);
  });
});
