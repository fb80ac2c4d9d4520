import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, createKeyFile, parseConfig } from "@flor/config";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { keepConfig, KEPT_MAX_OCTETS, startConfigOf } from "./kept-config.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-kept-"));
  vi.stubEnv("XDG_STATE_HOME", folder);
  createKeyFile(join(folder, "node.key"));
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A configuration of this many octets, of characters that become longest when they are kept. */
function config(octets: number): Config {
  const file = join(folder, "flor.yaml");
  const head = `name: home\nkey: ${join(folder, "node.key")}\n#`;
  writeFileSync(file, head);
  const loaded = parseConfig(`${head}${"\u0001".repeat(octets - head.length)}`, file, false);
  if ("issues" in loaded) throw new Error(JSON.stringify(loaded.issues));
  return loaded.config;
}

test("a configuration of a mebibyte is kept and started from, and a file that cannot be one is refused unread", () => {
  const [before, after] = [config(1_048_576), config(100)];
  keepConfig(before, after);
  expect(startConfigOf(after).config.text).toHaveLength(1_048_576);
  const kept = join(folder, "flor", ".unconfirmed");
  truncateSync(join(kept, readdirSync(kept)[0]!), KEPT_MAX_OCTETS + 1);
  expect(() => startConfigOf(after)).toThrow(`is larger than ${KEPT_MAX_OCTETS} octets`);
});
