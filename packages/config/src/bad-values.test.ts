/** Whatever stands where a value belongs: each mistake is one line that names the place and says what to do. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { issueText } from "./config-issue.ts";
import { PAIRS } from "./every-key.testing.ts";
import { createKeyFile } from "./key-file.ts";
import { parseConfig } from "./load-config.ts";

type Step = string | number;

/** Texts of YAML, as a clumsy or hostile writer has them. */
const BAD_VALUES: readonly string[] = `
null | '' | ' ' | 0 | -1 | 1.5 | 1e308 | .inf | .nan | 9007199254740993 | true | [] | {} | [null] | [[]] | [''] | { a: 1 } |
[a, a] | 2026-01-01 | 0x10 | '*' | '-' | __proto__ | constructor | "😀" | "a\\nb" | "\\e[31m" | "\\u202e" | ":80" |
"[::1]" | "127.0.0.1:99999" | "../../x" | ${"x".repeat(3000)}`
  .split("|")
  .map((text) => text.trim());
/** Words of the libraries beneath, and what JavaScript makes of values that nobody thought of. */
const NOT_OURS = /undefined|\[object|\bNaN\b|Infinity|Invalid|received|Expected|Too (?:big|small)/;
const LINE_MAX_CHARACTERS = 900;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-bad-values-"));
  createKeyFile(join(folder, "node.key"));
  for (const name of ["secret", "other-secret"]) writeFileSync(join(folder, name), "wonderland\n", { mode: 0o600 });
});

afterAll(() => rmSync(folder, { recursive: true }));

it.each(Object.entries(PAIRS))("%s of whatever kind is refused in plain words, or is right", (key, [before, after]) => {
  for (const text of [before, after].map((body) => `name: laptop\nkey: ./node.key\n${body}\n`)) {
    const [path] = placesOf(parseDocument(text).toJS(), key.split("."), []);
    if (path === undefined) continue;
    for (const bad of BAD_VALUES) expectPlain(withValue(text, path, bad));
    return;
  }
  expect.unreachable(`${key} stands nowhere`);
});

function expectPlain(text: string): void {
  const parsed = parseConfig(text, join(folder, "flor.yaml"), false);
  const lines = "issues" in parsed ? parsed.issues.map(issueText) : [];
  for (const line of lines) {
    expect(line).not.toMatch(NOT_OURS);
    expect(line).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
    expect(line.length).toBeLessThan(LINE_MAX_CHARACTERS);
  }
  // One mistake at one place is told once.
  expect(new Set(lines).size).toBe(lines.length);
}

function withValue(text: string, path: readonly Step[], value: string): string {
  const document = parseDocument(text);
  document.setIn(path, parseDocument(value).contents);
  return document.toString();
}

/** Where a key stands; the names of services and the like are keys of a block, too. */
function* placesOf(value: unknown, steps: readonly string[], at: readonly Step[]): Iterable<readonly Step[]> {
  const [step, ...rest] = steps;
  if (step === undefined) yield at;
  else if (Array.isArray(value)) yield* itemsOf(value, steps, at);
  else if (typeof value === "object" && value !== null) {
    const block = value as Readonly<Record<string, unknown>>;
    if (Object.hasOwn(block, step)) yield* placesOf(block[step], rest, [...at, step]);
    else if (["publish", "others", "trust"].includes(String(at.at(-1))))
      for (const name of Object.keys(block)) yield* placesOf(block[name], steps, [...at, name]);
  }
}

function* itemsOf(items: readonly unknown[], steps: readonly string[], at: readonly Step[]): Iterable<readonly Step[]> {
  for (const [index, item] of items.entries()) yield* placesOf(item, steps, [...at, index]);
}
