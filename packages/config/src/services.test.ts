import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigFolder, head } from "./config-folder.testing.ts";
import { parsePublication } from "./assemble-services.ts";

let folder: ConfigFolder;

beforeEach(() => {
  folder = new ConfigFolder();
});

afterEach(() => {
  folder[Symbol.dispose]();
});

const publish = (entry: string): string => `${head}services:\n  network: team\n  publish:\n    db: ${entry}\n`;

describe("services", () => {
  test("that are right are taken", () => {
    const entry =
      '{ target: "127.0.0.1:5432", allow: ["*", "role:dev", "alice@vm"], weight: 0, health: { http: /up, status: 204 } }';
    expect(folder.issuesOf(publish(entry))).toEqual([]);
    expect(folder.issuesOf(publish("{ unix: ./db.sock, allow: [vm], health: none, proxyProtocol: 2 }"))).toEqual([]);
  });

  test.each(["com", "local", "localhost", "internal", "onion", "test"])("are in no network called %s", (network) => {
    expect(folder.issuesOf(`${head}services: { network: ${network} }\n`)).toEqual([
      expect.stringContaining(`services.network: ${network} is a public or reserved top-level domain`),
    ]);
  });

  test.each([
    ["a.b", "has a dot"],
    ["täm", "is not ASCII"],
    ["-x", "is no label"],
  ])("are in no network called %s", (network, why) => {
    expect(folder.issuesOf(`${head}services: { network: "${network}" }\n`)).toEqual([expect.stringContaining(why)]);
  });

  test.each(["http://10.0.0.1:2379", "10.0.0.1", ""])("have no etcd at %j", (endpoint) => {
    const text = `${head}services: { network: team, registry: { etcd: ["10.0.0.2:2379", "${endpoint}"] } }\n`;
    expect(folder.issuesOf(text)).toEqual([expect.stringContaining("is not a host and a port; write 10.0.0.1:2379")]);
  });

  test("are written without their network wherever that is fixed", () => {
    const text = `${head}services:
  network: team
  trust: { db.team: [vm] }
  others: { backup: { trust: { web.backup: [vm] } } }
  publish: { x.team: { target: "127.0.0.1:1", allow: [vm] } }
`;
    expect(folder.issuesOf(text)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("services.publish.x.team: x.team ends with the name of its network"),
        expect.stringContaining("services.trust.db.team: db.team ends with the name of its network"),
        expect.stringContaining("services.others.backup.trust.web.backup: web.backup ends with the name"),
      ]),
    );
  });

  test.each([
    ["{ target: '127.0.0.1:1', allow: ['*'], health: { http: /up, command: [./check] } }", "has both http and command"],
    ["{ target: '127.0.0.1:1', allow: ['*'], health: { status: 200 } }", "has a status without http"],
    ["{ allow: ['*'] }", "needs exactly one of target: HOST:PORT, unix: PATH and service: NAME.NETWORK"],
    [
      "{ target: '127.0.0.1:1', unix: s, allow: ['*'] }",
      "needs exactly one of target: HOST:PORT, unix: PATH and service: NAME.NETWORK",
    ],
    ["{ target: '127.0.0.1:1' }", "allow: is missing"],
    ["{ target: '127.0.0.1:1', allow: ['*'], weight: 1001 }", "weight: must be at most 1000"],
    ["{ target: '127.0.0.1:1', allow: ['*'], priority: 16 }", "priority: must be at most 15"],
    [
      "{ target: '127.0.0.1:1', allow: ['*'], tableSize: 4096 }",
      "tableSize: the table's size must be prime; 4096 is not",
    ],
    ["{ target: '127.0.0.1:1', allow: ['*'], tableSize: 7 }", "the table's size must be from 251 to 655373"],
    ["{ target: '127.0.0.1:1', allow: ['*'], affinity: x }", "affinity: "],
    ["{ target: '127.0.0.1:1', allow: ['role:'] }", "says nobody"],
    ["{ target: '127.0.0.1', allow: ['*'] }", "is not a host and a port"],
    ["{ target: '127.0.0.1:1', allow: ['*'], health: maybe }", 'is neither "tcp", "none" nor a check'],
    ["{ target: '127.0.0.1:1', allow: ['*'], proxyProtocol: 1 }", "proxyProtocol: "],
    ["{ target: '127.0.0.1:1', service: db.backup, allow: ['*'] }", "needs exactly one of target"],
    ["{ service: db.backup, allow: ['*'] }", "does not know backup: add it to services.others"],
    ["{ service: db, allow: ['*'] }", "names no network"],
    ["{ target: '127.0.0.1:1', allow: ['*'], tags: [a, b, c, d, e, f, g, h, i] }", "tags: must have at most 8 items"],
  ])("refuse %s", (entry, why) => {
    expect(folder.issuesOf(publish(entry)).join("\n")).toContain(why);
  });

  test("pass clients on to a network that is known, and serve UDP beside TCP under one name", () => {
    const entries = [
      '    db: { service: db.backup, allow: ["*"] }',
      '    dns: { target: "127.0.0.1:53", allow: ["*"] }',
      '    dns/udp: { target: "127.0.0.1:53", allow: ["*"] }',
    ];
    const others = "  others: { backup: { trust: { db: [vm] } } }";
    const text = `${head}services:\n  network: team\n${others}\n  publish:\n${entries.join("\n")}\n`;
    expect(folder.issuesOf(text)).toEqual([]);
    expect(folder.issuesOf(text.replace("backup: {", "team: {"))).toContainEqual(
      expect.stringContaining("names team among its others, but that is its own network"),
    );
  });

  test.each([
    ["{ unix: ./dns.sock, allow: ['*'] }", "is a UDP service: its target can only be HOST:PORT"],
    ["{ target: '127.0.0.1:53', allow: ['*'], proxyProtocol: 2 }", "the PROXY protocol is for TCP"],
  ])("of UDP refuse %s", (entry, why) => {
    const text = `${head}services:\n  network: team\n  publish:\n    dns/udp: ${entry}\n`;
    expect(folder.issuesOf(text)).toEqual([expect.stringContaining(why)]);
  });

  test("are 64 at most, and each has its own name", () => {
    const entry = (name: string): string => `    ${name}: { target: "127.0.0.1:1", allow: ["*"] }\n`;
    const many = Array.from({ length: 65 }, (_, n) => entry(`s${n}`)).join("");
    expect(folder.issuesOf(`${head}services:\n  network: team\n  publish:\n${many}`)).toEqual([
      expect.stringContaining("has more than 64 services"),
    ]);
    const twice = `${head}services:\n  network: team\n  publish:\n${entry("db")}${entry("db")}`;
    expect(folder.issuesOf(twice)).toEqual([expect.stringContaining("appears twice, first in line")]);
  });
});

test("what is published at run time is checked alike, and all that is wrong is said", () => {
  expect(parsePublication("db", { target: "127.0.0.1:5432", allow: ["*"] }, "/tmp")).toMatchObject({
    config: { service: "db", port: 5432, weight: 100, health: { kind: "tcp" } },
  });
  expect(parsePublication("DNS/udp", { target: "127.0.0.1:53", allow: ["*"] }, "/tmp")).toMatchObject({
    config: { service: "dns", protocol: "udp", target: { kind: "udp" }, health: undefined },
  });
  expect(parsePublication("dns/udp", { unix: "s", allow: ["*"] }, "/tmp")).toMatchObject({
    problem: "dns/udp is a UDP service: its target can only be HOST:PORT",
  });
  const wrong = parsePublication("db", { target: "nowhere", weight: -1 }, "/tmp");
  expect("problem" in wrong ? wrong.problem : "").toMatch(/target.*allow|allow.*target/s);
  expect(parsePublication("d_b", { target: "127.0.0.1:1", allow: ["*"] }, "/tmp")).toMatchObject({
    problem: expect.stringContaining("is no label"),
  });
});

test("says of what is published at run time what it says of the file", () => {
  const problem = (more: object): unknown => parsePublication("db", { target: "a:1", allow: ["*"], ...more }, "/");
  expect(problem({ weight: 9999 })).toEqual({ problem: "db.weight must be at most 1000" });
  expect(problem({ weigth: 1 })).toMatchObject({
    problem: expect.stringContaining("db.weigth is not a key here; did you mean"),
  });
});
