import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createIdentity } from "@flor/quic";
import { afterAll, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { issueText } from "./config-issue.ts";
import { createKeyFile } from "./key-file.ts";
import { loadConfig } from "./load-config.ts";
import { configSchema } from "./schema.ts";

const page = readFileSync(new URL("../../../docs/configuration.md", import.meta.url), "utf8");
const layersPage = readFileSync(new URL("../../../docs/layers.md", import.meta.url), "utf8");
const metricsPage = readFileSync(new URL("../../../docs/metrics.md", import.meta.url), "utf8");
const servicesPage = readFileSync(new URL("../../../docs/services.md", import.meta.url), "utf8");
const examples = [...`${page}${layersPage}${metricsPage}${servicesPage}`.matchAll(/^```yaml\n(.*?)^```$/gms)].map(
  (match) => match[1]!,
);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-page-"));
  writeFileSync(join(folder, "alice.password"), "staple\n", { mode: 0o600 });
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Every key that a file can hold, whatever block it stands in. */
function keysOf(schema: unknown, into = new Set<string>()): ReadonlySet<string> {
  if (typeof schema !== "object" || schema === null) return into;
  const { properties } = schema as { properties?: object };
  if (typeof properties === "object") for (const key of Object.keys(properties)) into.add(key);
  for (const value of Object.values(schema)) keysOf(value, into);
  return into;
}

test("every key of the schema stands on the page", () => {
  const keys = keysOf(z.toJSONSchema(configSchema, { unrepresentable: "any", io: "input" }));
  expect(keys.size).toBeGreaterThan(25);
  expect([...keys].filter((key) => !page.includes(`\`${key}\``))).toEqual([]);
});

test("the pages have examples of whole files", () => {
  expect(examples.length).toBeGreaterThanOrEqual(5);
});

test.each(examples)("example %#, whose ids and keys are made up here, is a good file", (example) => {
  let seed = 0;
  const text = example.replaceAll("flor1…", () => createIdentity(new Uint8Array(32).fill((seed += 1))).id);
  const key = /^key: (\S+)$/m.exec(example)![1]!;
  if (!existsSync(join(folder, key))) createKeyFile(join(folder, key));
  const file = join(folder, "flor.yaml");
  writeFileSync(file, text, { mode: 0o600 });
  const loaded = loadConfig(file, { HOSTNAME: "laptop", HOME_ADDRESS: "203.0.113.9" });
  expect("issues" in loaded ? loaded.issues.map(issueText) : []).toEqual([]);
});
