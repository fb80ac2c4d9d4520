import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LINK_STATE_MAX_OCTETS } from "@flor/host/bounded-file";
import { readKeptPort } from "./kept-port.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-kept-port-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  [LINK_STATE_MAX_OCTETS, 4600],
  [LINK_STATE_MAX_OCTETS + 1, 0],
])("of a kept port in a file of %i octets the link takes %i", (octets, port) => {
  writeFileSync(join(folder, "udp-port"), "4600".padEnd(octets, "\n"));
  expect(readKeptPort(folder)).toBe(port);
});
