import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readBoundedFile } from "./bounded-file.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-bounded-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each([0, 999, 1000])("a file of %i octets is read whole where 1,000 are allowed", (octets) => {
  const file = join(folder, "small");
  writeFileSync(file, "x".repeat(octets));
  expect(readBoundedFile(file, 1000).toString()).toBe("x".repeat(octets));
});

test("a file of one octet more is refused by its size, with its name and the bound", () => {
  const file = join(folder, "large");
  writeFileSync(file, "x".repeat(1001));
  expect(() => readBoundedFile(file, 1000)).toThrow(`${file} is larger than 1000 octets`);
});

test.skipIf(process.platform !== "linux")("a file of the kernel, which shows no size, is read to the bound", () => {
  expect(readBoundedFile("/proc/self/limits", 65_536).toString()).toContain("Max open files");
  expect(() => readBoundedFile("/proc/self/limits", 100)).toThrow("is larger than 100 octets");
});

test("what is no file is refused, and never waited for", () => {
  expect(() => readBoundedFile(folder, 1000)).toThrow(`${folder} is not a file`);
  expect(() => readBoundedFile("/dev/null", 1000)).toThrow("is not a file");
});

test("a file that is not there is the system's error", () => {
  expect(() => readBoundedFile(join(folder, "none"), 1000)).toThrow(expect.objectContaining({ code: "ENOENT" }));
});
