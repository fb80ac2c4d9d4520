import { describe, expect, it } from "vitest";
import { createIdentity } from "@flor/quic";
import { issueText } from "./config-issue.ts";
import { parseConfig } from "./load-config.ts";
import { readYaml } from "./yaml-source.ts";

const ENVIRONMENT = { NAME: "laptop", PORT: "1080", MTU: "1400", YES: "true", EMPTY: "", TRICK: "a, b: [c]" };
const id = createIdentity(new Uint8Array(32).fill(1)).id;

const valueOf = (text: string): unknown => readYaml(text, ENVIRONMENT).value;
const issuesOf = (text: string): readonly string[] =>
  readYaml(text, ENVIRONMENT).issues.map(({ line, column, message }) => `${line}:${column} ${message}`);
const problemsOf = (text: string): readonly string[] => {
  const loaded = parseConfig(text, "/nowhere/flor.yaml", false, ENVIRONMENT);
  return "issues" in loaded ? loaded.issues.map(issueText) : [];
};

describe("a variable of the environment", () => {
  it("stands in values, alone or among other text", () => {
    expect(valueOf('name: ${NAME}\nlisten: "127.0.0.1:${PORT}"\nboth: ${NAME}-${PORT}\nnone: "${EMPTY}"')).toEqual({
      name: "laptop",
      listen: "127.0.0.1:1080",
      both: "laptop-1080",
      none: "",
    });
  });

  it("is a number, true or false where it stands without quotes", () => {
    expect(valueOf('mtu: ${MTU}\nserve: ${YES}\nquoted: "${MTU}"')).toEqual({ mtu: 1400, serve: true, quoted: "1400" });
  });

  it("cannot become a list or a block", () => {
    expect(valueOf("name: ${TRICK}")).toEqual({ name: "a, b: [c]" });
  });

  it("is not looked for in keys, comments, or behind $$", () => {
    expect(valueOf("${NAME}: $${NAME} # ${NOBODY}\nprice: 5$")).toEqual({ "${NAME}": "${NAME}", price: "5$" });
  });

  it("is left to a link's own program", () => {
    const text = 'links: [{ command: [sh, -c, "echo ${HOME}"], config: { a: "${b}" }, env: { C: "${NAME}" } }]';
    expect(valueOf(text)).toEqual({
      links: [{ command: ["sh", "-c", "echo ${HOME}"], config: { a: "${b}" }, env: { C: "laptop" } }],
    });
  });

  it.each([
    ["name: x\nkey: ${NOBODY}", "2:6 needs the variable NOBODY, which is not set: set it, or write $${ for ${ itself"],
    ["name: a${NAME", "1:7 has ${ without a variable: write ${NAME}, or $${ for a literal ${"],
    ['name: "${NA-ME}"', "1:7 has ${ without a variable: write ${NAME}, or $${ for a literal ${"],
    [
      'inbounds:\n  - users: [{ password: "${NAME}" }]',
      "2:25 is a secret, and others can read the environment: use passwordFile; $${ means a literal ${",
    ],
  ])("that cannot be put in is told with its place: %s", (text, issue) => {
    expect(issuesOf(text)).toEqual([issue]);
  });

  it("within braces wants quotes", () => {
    expect(issuesOf("a: { b: ${NAME} }").join("\n")).toContain('must be quoted: "${NAME}"');
  });
});

describe("a block that is merged", () => {
  const common = "x-common: &common\n  kind: udp\n  mtu: ${MTU}\nname: a\nkey: k\n";

  it("gives the keys that the block has not itself", () => {
    expect(
      valueOf(`${common}links: [{ <<: *common, name: wan, mtu: 1300 }, { <<: [*common], name: lan }]`),
    ).toMatchObject({
      links: [
        { kind: "udp", name: "wan", mtu: 1300 },
        { kind: "udp", name: "lan", mtu: 1400 },
      ],
    });
  });

  it("is where its mistakes are", () => {
    const text = `x-common: &common\n  kind: udp\n  mtu: 12\nname: a\nkey: k\nlinks: [{ <<: *common, name: wan }]\n`;
    expect(problemsOf(text)[0]).toBe("/nowhere/flor.yaml:3:3 links[0].mtu: must be at least 576");
  });

  it("may stand under x-, which is our key only at the top level", () => {
    const problems = problemsOf(`${common}x-note: { anything: [1] }\nlinks: [{ x-note: 1, <<: *common, name: wan }]\n`);
    expect(problems.filter((problem) => problem.includes("x-note"))).toEqual([
      expect.stringContaining("links[0].x-note: is not a key here"),
    ]);
  });
});

describe("a route to several destinations", () => {
  const peers = `name: a\nkey: k\npeers: [{ name: home, id: ${id} }]\n`;

  it("takes a list", () => {
    expect(problemsOf(`${peers}routes: [{ to: ["10.0.0.0/8", "*.corp.example:443"], through: [home] }]`)).toEqual([
      expect.stringContaining("/nowhere/k does not exist"),
    ]);
  });

  it.each([
    ["[]", "routes[0].to: must have at least 1 item"],
    ["{ a: b }", "is neither a destination"],
    ["[10.0.0.0/8, 10.0.0.0/99]", '"/99" is not a prefix length'],
    ['"corp.example:x"', '"x" is not a port'],
  ])("is told what is wrong with %s", (to, said) => {
    expect(problemsOf(`${peers}routes: [{ to: ${to}, through: home }]`).join("\n")).toContain(said);
    expect(problemsOf(`${peers}routes: [{ to: ${to}, through: home }]`).join("\n")).toContain(":4:");
  });
});

describe("a rule of an outbound", () => {
  it.each([
    ['"127.0.0.1:80x"', '"80x" is not a port'],
    ["{ from: [anna], to: [10.0.0.0/99] }", '"/99" is not a prefix length'],
    ["{ from: [anna], to: ['*:x'] }", '"x" is not a port'],
    ["{ form: [anna], to: ['*'] }", "is neither a destination nor"],
    ["3", "is neither a destination nor"],
  ])("is told what is wrong with %s", (rule, said) => {
    const text = `name: a\nkey: k\noutbounds: [{ tcp: { allow: [${rule}] } }]`;
    expect(problemsOf(text).join("\n")).toContain(said);
  });
});
