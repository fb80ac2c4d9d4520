/** Holds that every message that somebody else can send has a cost and a budget, in docs/limits.md. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readText, root } from "./repository.ts";

const ROW =
  /^\| `(?<message>[\w ]+)` +\| (?<from>[^|]+?) +\| (?<cost>[^|]+?) +\| (?<budget>[^|]+?) +\| (?<keeper>[^|]+?) +\|$/gm;
const CONSTANT = /`([A-Z][A-Z_]+(?:\.\w+)?)`/g;

/** What crosses a boundary without a `.proto` file. */
const UNWRITTEN = [
  "data frame",
  "hello",
  "echo",
  "first packet",
  "later packet",
  "stream",
  "udp segment",
  "udp probe",
  "punch probe",
  "reach question",
  "credentials",
  "log line",
];

const rows = [...readText("docs/limits.md").matchAll(ROW)].map(({ groups }) => groups!);
const sources = globSync("{packages,links,apps}/*/src/**/*.ts", { cwd: root, exclude: ["**/node_modules/**"] }).map(
  (file) => readFileSync(join(root, file), "utf8"),
);

/** The messages of a `.proto` file that travel by themselves: those of a `oneof message`, and those that no other holds. */
function messagesIn(text: string): string[] {
  const bodies = new Map<string, string>();
  for (const { 1: name = "", index } of text.matchAll(/^message (\w+) /gm)) bodies.set(name, blockAt(text, index));
  const envelopes = [...bodies].filter(([, body]) => /oneof message/.test(body)).map(([name]) => name);
  const fieldTypes = (body: string): string[] =>
    [...body.matchAll(/(?:repeated )?(\w+) \w+ = \d+;/g)].map(([, type]) => type!);
  const carried = envelopes.flatMap((name) => fieldTypes(bodies.get(name)!)).filter((type) => bodies.has(type));
  const held = new Set([...bodies].flatMap(([name, body]) => (envelopes.includes(name) ? [] : fieldTypes(body))));
  const alone = [...bodies.keys()].filter(
    (name) => !envelopes.includes(name) && !held.has(name) && !carried.includes(name),
  );
  return [...carried, ...alone];
}

/** From the first brace behind `index` to the one that closes it. */
function blockAt(text: string, index: number): string {
  const start = text.indexOf("{", index);
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}") depth -= 1;
    if (depth === 0) return text.slice(start, at);
  }
  return text.slice(start);
}

const written = globSync("proto/*.proto", { cwd: root }).flatMap((file) => messagesIn(readText(file)));

test("the schemas' messages are found", () => {
  expect(written).toEqual(expect.arrayContaining(["Hello", "Ports", "PathTooBig", "Advertisement", "Open", "Opened"]));
  expect(written).not.toContain("Envelope");
  expect(written).not.toContain("Port");
  expect(written.length).toBeGreaterThan(20);
});

test.each([...written, ...UNWRITTEN])(
  "%s has a row that says what it costs, and what bounds that over time",
  (message) => {
    expect(rows.filter((row) => row["message"] === message)).toHaveLength(1);
  },
);

test("every row is of a message that there is", () => {
  expect(rows.map((row) => row["message"]).filter((message) => ![...written, ...UNWRITTEN].includes(message!))).toEqual(
    [],
  );
});

test.each(rows.map(({ message, budget }) => [message!, budget!] as const))(
  "the budget of %s stands in the code: %s",
  (_, budget) => {
    const missing = [...budget.matchAll(CONSTANT)]
      .map(([, name]) => name!)
      .filter((name) => {
        const [table = "", entry] = name.split(".");
        return !sources.some(
          (source) => source.includes(`const ${table}`) && (entry === undefined || source.includes(entry)),
        );
      });
    expect(missing).toEqual([]);
  },
);
