import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createDial, PASSWORD_FILE_MAX_OCTETS } from "./dial.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-tcp-dial-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

function dialWithPassword(octets: number): void {
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, "x".repeat(octets));
  createDial({ host: "192.0.2.1", port: 1080, user: "alice", passwordFile });
}

test("a proxy's password file of 16 KiB is read, and one octet more is refused with the bound", () => {
  dialWithPassword(PASSWORD_FILE_MAX_OCTETS);
  expect(() => dialWithPassword(PASSWORD_FILE_MAX_OCTETS + 1)).toThrow("is larger than 16384 octets");
});
