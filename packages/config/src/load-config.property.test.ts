import fc from "fast-check";
import { expect, test } from "vitest";
import { createIdentity } from "@flor/quic";
import { issueText } from "./config-issue.ts";
import { parseConfig, type LoadedConfig } from "./load-config.ts";

const RUNS = { numRuns: 2000 };
/** A busy machine. */
const TIMEOUT_MS = 240_000;
const FILE = "/nowhere/flor.yaml";

const id = createIdentity(new Uint8Array(32).fill(1)).id;
const example = `name: laptop
key: ./laptop.key
inbounds:
  - { socks5: "0.0.0.0:1080", users: [{ name: alice, password: staple }] }
outbounds:
  - tcp: { allow: ["*.example.org:443", "[fd00::/8]:22"], deny: &none [] }
links:
  - { name: wan, kind: udp, listen: "[::]:4600", mtu: 1280 }
  - { name: pipe, kind: process, command: [./pipe], config: { deep: *none }, env: { A: b } }
peers:
  - { name: home, id: ${id}, links: [{ link: wan, address: "203.0.113.7:4600" }, { link: pipe }] }
routes:
  - { to: "*", through: home }
`;

/** One line an issue, each with a place in the file; the key of these files never exists, so there is always one. */
function expectIssues(loaded: LoadedConfig): void {
  const issues = "issues" in loaded ? loaded.issues : [];
  expect(issues.length).toBeGreaterThan(0);
  for (const issue of issues) expect(issue.line! >= 1 && issue.column! >= 1 && issueText(issue) !== "").toBe(true);
}

const json = fc.jsonValue({ maxDepth: 2 });
const block = (keys: readonly string[]): fc.Arbitrary<object> =>
  fc.record(Object.fromEntries(keys.map((key) => [key, json])), { requiredKeys: [] });
const link = fc
  .tuple(block(["name", "listen", "command", "attach"]), fc.constantFrom("udp", "native", "process", 1))
  .map(([keys, kind]) => ({ ...keys, kind }));
const file = fc.record(
  {
    name: json,
    key: fc.oneof(json, fc.constant("none")),
    inbounds: fc.oneof(json, fc.array(block(["socks5", "users"]))),
    outbounds: fc.oneof(json, fc.array(block(["tcp"]))),
    links: fc.oneof(json, fc.array(link)),
    peers: fc.oneof(json, fc.array(block(["name", "id", "link", "links", "via", "address"]))),
    routes: fc.oneof(json, fc.array(block(["to", "through"]))),
  },
  { requiredKeys: [] },
);

test("the example lacks its key file alone", () => {
  const loaded = parseConfig(example, FILE, false);
  expect("issues" in loaded && loaded.issues.map(issueText)).toEqual([
    "/nowhere/flor.yaml:2:1 key: /nowhere/laptop.key does not exist; make it with: flor keygen /nowhere/laptop.key",
  ]);
});

test(
  "any values give issues with a place, and never a throw",
  () => {
    fc.assert(
      fc.property(fc.oneof(json, file), (value) => expectIssues(parseConfig(JSON.stringify(value), FILE, false))),
      RUNS,
    );
  },
  TIMEOUT_MS,
);

test(
  "any text gives issues with a place, and never a throw",
  () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 120 }), (text) => expectIssues(parseConfig(text, FILE, true))),
      RUNS,
    );
  },
  TIMEOUT_MS,
);

test("every prefix of a good file is told what is wrong", () => {
  for (let length = 0; length < example.length; length += 1) {
    expectIssues(parseConfig(example.slice(0, length), FILE, false));
  }
});

test(
  "a good file with any piece replaced is told what is wrong",
  () => {
    const piece = fc.tuple(fc.nat(example.length), fc.nat(8), fc.string({ maxLength: 8 }));
    fc.assert(
      fc.property(piece, ([at, length, by]) =>
        expectIssues(parseConfig(example.slice(0, at) + by + example.slice(at + length), FILE, false)),
      ),
      RUNS,
    );
  },
  TIMEOUT_MS,
);
