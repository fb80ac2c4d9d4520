import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PEM_MAX_OCTETS } from "@flor/host/bounded-file";
import type { NodeDoor } from "@flor/link-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadCredentials } from "./webtransport-server.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-webtransport-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

test("a certificate of a mebibyte is read, and one octet more is refused with its key and the bound", () => {
  const certificate = join(folder, "certificate.pem");
  writeFileSync(certificate, "");
  const config = { listen: undefined, path: "/", mtu: 1500, credentials: undefined };
  const load = (): unknown => loadCredentials({ ...config, files: { certificate, key: certificate } }, door);
  truncateSync(certificate, PEM_MAX_OCTETS);
  load();
  truncateSync(certificate, PEM_MAX_OCTETS + 1);
  expect(load).toThrow(/^certificate: .*certificate\.pem is larger than 1048576 octets/);
});

const door = {} as NodeDoor;
