/** Every key that a file can have, changed alone: a plan tells of it, and tells what it costs. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Config, createKeyFile, effectOf, issueText, parseConfig, schemaKeys } from "@flor/config";
import { PAIRS } from "@flor/config/every-key";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reloadPlan } from "./reload-plan.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-every-key-"));
  for (const name of ["node.key", "other.key"]) createKeyFile(join(folder, name));
  writeFileSync(join(folder, "secret"), "wonderland\n", { mode: 0o600 });
  writeFileSync(join(folder, "other-secret"), "looking-glass\n", { mode: 0o600 });
});

afterAll(() => rmSync(folder, { recursive: true }));

function configOf(body: string, head = "name: laptop\nkey: ./node.key\n"): Config {
  const parsed = parseConfig(`${head}${body}\n`, join(folder, "flor.yaml"), false);
  if ("issues" in parsed) throw new Error(`${body}\n${parsed.issues.map(issueText).join("\n")}`);
  return parsed.config;
}

describe("a change of one key", () => {
  const OF_THE_NODE = ["name", "key"];

  it("has a row below for every key of the schema", () => {
    expect([...Object.keys(PAIRS), ...OF_THE_NODE].toSorted()).toEqual(schemaKeys().toSorted());
  });

  it.each(Object.entries(PAIRS))("%s is told, and needs no start of the node", (key, [before, after]) => {
    const [from, to] = [configOf(before), configOf(after)];
    const changes = reloadPlan(from, to);
    const [list] = key.split(".");
    const effects = new Set(changes.map((change) => change.effect));
    expect(changes.map((change) => change.key)).toEqual(changes.map(() => list));
    expect(effects.has("restarts the node")).toBe(false);
    // A new link starts beside the others.
    expect(effects).toContain(key === "links" ? "live" : effectOf(key));
    expect(reloadPlan(to, configOf(after))).toEqual([]);
  });

  it("of the node's name or key needs a start of the node", () => {
    const from = configOf("");
    for (const [key, head] of [
      ["name", "name: other\nkey: ./node.key\n"],
      ["key", "name: laptop\nkey: ./other.key\n"],
    ] as const)
      expect(reloadPlan(from, configOf("", head))).toEqual([
        { key, effect: "restarts the node", text: expect.stringMatching(`^${key}: `) },
      ]);
  });
});
