import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { publisherOf } from "./records.testing.ts";
import { recordPath, REGISTRY_RECORDS_MAX } from "./signed-records.ts";
import { readSnapshot, SNAPSHOT_MAX_OCTETS, writeSnapshot } from "./snapshot-file.ts";

/** Of an encoded record, at most. */
const RECORD_OCTETS = 1024;
const LABEL = "x".repeat(63);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-snapshot-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

test("a snapshot is read to its bound, and not beyond", () => {
  const file = join(folder, "snapshot.json");
  writeSnapshot(file, { revision: 7, records: [["/flor/team", Uint8Array.of(1, 2)]] });
  const { size } = statSync(file);
  expect(readSnapshot(file, size)).toMatchObject({ revision: 7 });
  expect(readSnapshot(file, size - 1)).toBeUndefined();
});

test("the bound of snapshots leaves room for as many records as a registry has, each the longest", () => {
  const file = join(folder, "longest.json");
  const { publicKey } = publisherOf(1);
  const publisher = Buffer.from(publicKey).toString("hex");
  const record = { network: LABEL, service: LABEL, publisher, port: 65_535, protocol: "udp" } as const;
  const path = recordPath(record as Parameters<typeof recordPath>[0]);
  const longest = [path, new Uint8Array(RECORD_OCTETS)] as const;
  writeSnapshot(file, { revision: Number.MAX_SAFE_INTEGER, records: Array.from({ length: 100 }, () => longest) });
  expect((statSync(file).size / 100) * REGISTRY_RECORDS_MAX).toBeLessThan(SNAPSHOT_MAX_OCTETS);
});
