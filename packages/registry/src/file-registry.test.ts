import { encodeNodeId } from "@flor/quic/identity";
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileRegistry } from "./file-registry.ts";
import { publisherOf, Watching } from "./records.testing.ts";

let folder: string;
let file: string;
let registry: FileRegistry | undefined;
const id = encodeNodeId(publisherOf(1).publicKey);
const listing = (weight: number): string =>
  `services:\n  - { name: db.team, publisher: ${id}, port: 5432, weight: ${weight} }\n`;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-registry-"));
  file = join(folder, "services.yaml");
});

afterEach(async () => {
  await registry?.close();
  registry = undefined;
  rmSync(folder, { recursive: true });
});

function open(): Watching {
  const watching = new Watching();
  registry = new FileRegistry(file, "team", watching);
  return watching;
}

const weights = (): number[] => registry!.records().map(({ weight }) => weight);

test("records are read, and read again when the file is replaced", async () => {
  writeFileSync(file, listing(10));
  open();
  expect(weights()).toEqual([10]);
  writeFileSync(`${file}.new`, listing(20));
  renameSync(`${file}.new`, file);
  await expect.poll(() => weights()).toEqual([20]);
});

test.each([
  ["services: [", "line 1: "],
  [`services: [] #${"x".repeat(1_048_576)}\n`, "is larger than 1048576 octets"],
  [`services: ${"[".repeat(100)}\n`, "nested more than 64 deep"],
  ["services:\n  - { name: db.team, publisher: nobody, port: 5432 }\n", "nobody is no node id"],
  [listing(1001), "services.0.weight"],
  [listing(10).replace("db.team", "db.other"), "is not of the network team"],
])("a file with %.60j changes nothing and is said", async (text, says) => {
  writeFileSync(file, listing(10));
  const watching = open();
  writeFileSync(file, text);
  await expect.poll(() => registry!.status().state).toBe("stale");
  expect(weights()).toEqual([10]);
  expect(watching.logged.at(-1)).toContain(says);
  writeFileSync(file, listing(30));
  await expect.poll(() => weights()).toEqual([30]);
  expect(registry!.status()).toMatchObject({ state: "current", reason: "" });
});

test("a file that is not there yet is said, and read when it comes", async () => {
  const watching = open();
  expect(watching.logged[0]).toContain("no such file");
  writeFileSync(file, listing(10));
  await expect.poll(() => weights()).toEqual([10]);
});
