import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replaceText } from "./replace-text.ts";

let folder: string;
const inFolder = (name: string): string => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-replace-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

test("a new file may be read by all, one that is there keeps its mode, and nothing lies beside it afterwards", () => {
  replaceText(inFolder("a"), "one");
  expect(statSync(inFolder("a")).mode & 0o644).toBe(0o644 & ~process.umask());
  writeFileSync(inFolder("b"), "before", { mode: 0o600 });
  replaceText(inFolder("b"), "after");
  expect([readFileSync(inFolder("b"), "utf8"), statSync(inFolder("b")).mode & 0o777]).toEqual(["after", 0o600]);
  expect(readdirSync(folder)).toEqual(["a", "b"]);
});

test("a symbolic link leads to the new text", () => {
  writeFileSync(inFolder("real"), "before");
  symlinkSync(inFolder("real"), inFolder("link"));
  replaceText(inFolder("link"), "after");
  expect(lstatSync(inFolder("link")).isSymbolicLink()).toBe(true);
  expect(readFileSync(inFolder("real"), "utf8")).toBe("after");
});

test("what cannot be written leaves the text from before, and what others write beside it", () => {
  writeFileSync(inFolder("a"), "before");
  writeFileSync(inFolder("a.new"), "somebody else's");
  expect(() => replaceText(inFolder("a"), "after")).toThrow("EEXIST");
  expect([readFileSync(inFolder("a"), "utf8"), readFileSync(inFolder("a.new"), "utf8")]).toEqual([
    "before",
    "somebody else's",
  ]);
  expect(() => replaceText(inFolder("no/such/folder"), "text")).toThrow("ENOENT");
  expect(existsSync(inFolder("no"))).toBe(false);
});
