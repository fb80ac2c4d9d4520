import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createKeyFile, readKeyFile, replaceKeyFile } from "./key-file.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-key-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("keeps the key before, and neither is open to others", () => {
  const path = join(folder, "flor.key");
  const [old, fresh] = [createKeyFile(path), createKeyFile(`${path}.new`)];
  replaceKeyFile(path);
  expect(readKeyFile(path)).toMatchObject({ identity: { id: fresh.id } });
  expect(readKeyFile(`${path}.old`)).toMatchObject({ identity: { id: old.id } });
  for (const one of [path, `${path}.old`]) expect(statSync(one).mode & 0o777).toBe(0o600);
});

it("leaves the key where it is when there is none to put there", () => {
  const path = join(folder, "flor.key");
  createKeyFile(path);
  const before = readFileSync(path, "utf8");
  expect(() => replaceKeyFile(path)).toThrow("ENOENT");
  expect(readFileSync(path, "utf8")).toBe(before);
});

it("keeps the key before where another process was quicker", () => {
  const path = join(folder, "flor.key");
  const [old, fresh] = [createKeyFile(path), createKeyFile(`${path}.new`)];
  replaceKeyFile(path);
  expect(() => replaceKeyFile(path)).toThrow("ENOENT");
  writeFileSync(`${path}.new`, readFileSync(path), { mode: 0o600 });
  replaceKeyFile(path);
  expect(readKeyFile(path)).toMatchObject({ identity: { id: fresh.id } });
  expect(readKeyFile(`${path}.old`)).toMatchObject({ identity: { id: old.id } });
});

it("lets nobody else read the key before, whatever an interrupted change left there", () => {
  const path = join(folder, "flor.key");
  createKeyFile(path);
  createKeyFile(`${path}.new`);
  writeFileSync(`${path}.old.new`, "half", { mode: 0o644 });
  replaceKeyFile(path);
  expect(statSync(`${path}.old`).mode & 0o777).toBe(0o600);
});
