import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createIdentity } from "@flor/quic";
import type { Config } from "./config.ts";
import { issueText } from "./config-issue.ts";
import { createKeyFile } from "./key-file.ts";
import { loadConfig } from "./load-config.ts";

const homeId = createIdentity(new Uint8Array(32).fill(1)).id;
const vmId = createIdentity(new Uint8Array(32).fill(2)).id;

let folder: string;
let ownId: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-config-"));
  ownId = createKeyFile(join(folder, "laptop.key")).id;
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const head = "name: laptop\nkey: ./laptop.key\n";

function load(text: string, mode = 0o600): ReturnType<typeof loadConfig> {
  const file = join(folder, "flor.yaml");
  writeFileSync(file, text);
  chmodSync(file, mode);
  return loadConfig(file);
}

function configOf(text: string): Config {
  const loaded = load(text);
  if ("issues" in loaded) throw new Error(loaded.issues.map(issueText).join("\n"));
  return loaded.config;
}

/** The issues' texts, the folder's random name cut out. */
function issuesOf(text: string, mode?: number): readonly string[] {
  const loaded = load(text, mode);
  return "issues" in loaded ? loaded.issues.map((issue) => issueText(issue).replaceAll(`${folder}/`, "")) : [];
}

describe("a valid file", () => {
  test("becomes a configuration with every default filled in", () => {
    const config = configOf(`${head}
inbounds:
  - socks5: 127.0.0.1:1080
outbounds:
  - tcp: { allow: ["*.example.org:443", "192.168.1.0/24:22"] }
links:
  - { name: wan, kind: udp, listen: "0.0.0.0:4600" }
  - { name: any, kind: udp }
peers:
  - { name: home, id: "${homeId}", via: [vm] }
  - { name: vm, id: "${vmId}", link: wan, address: "203.0.113.7:4600" }
routes:
  - { to: "*.home.example:*", through: home }
  - { to: "*", through: vm }
`);
    expect(config.identity.id).toBe(ownId);
    expect(config.keyFile).toBe(join(folder, "laptop.key"));
    expect(config.inbounds).toEqual([{ kind: "socks5", address: "127.0.0.1", port: 1080, users: undefined }]);
    expect(config.outbounds.map(({ allow, deny }) => [allow.map(({ text }) => text), deny])).toEqual([
      [["*.example.org:443", "192.168.1.0/24:22"], []],
    ]);
    expect(config.links).toEqual([
      { kind: "udp", name: "wan", listen: "0.0.0.0:4600", mtu: 1500, segments: true, gso: "auto" },
      { kind: "udp", name: "any", listen: "0.0.0.0:0", mtu: 1500, segments: true, gso: "auto" },
    ]);
    expect(config.peers.map(({ name, links, via }) => ({ name, links, via }))).toEqual([
      { name: "home", links: [], via: ["vm"] },
      { name: "vm", links: [{ link: "wan", address: "203.0.113.7:4600" }], via: [] },
    ]);
    expect(config.routes.map(({ to, through }) => [to.text, through])).toEqual([
      ["*.home.example:*", "home"],
      ["*", "vm"],
    ]);
  });

  test("needs a name and a key only", () => {
    expect(configOf(head)).toMatchObject({
      name: "laptop",
      inbounds: [],
      outbounds: [],
      links: [],
      peers: [],
      routes: [],
    });
  });

  test("gives several links to a peer, in order, and lets the peer come to us over one", () => {
    const config = configOf(`${head}
links: [{ name: a, kind: udp }, { name: b, kind: process, command: [./b, --fast], config: { deep: [1] }, env: { B: x } }]
peers:
  - { name: vm, id: "${vmId}", links: [{ link: b, address: "203.0.113.7:1" }, { link: a }] }
`);
    expect(config.peers[0]?.links).toEqual([
      { link: "b", address: "203.0.113.7:1" },
      { link: "a", address: undefined },
    ]);
    expect(config.links[1]).toEqual({
      kind: "process",
      name: "b",
      command: [join(folder, "b"), "--fast"],
      config: { deep: [1] },
      env: { B: "x" },
    });
  });

  test("reads users' passwords from the file and from files of their own", () => {
    mkdirSync(join(folder, "secrets"));
    writeFileSync(join(folder, "secrets/bob"), "right horse\n", { mode: 0o600 });
    const config = configOf(`${head}
inbounds:
  - socks5: "0.0.0.0:1080"
    users: [{ name: alice, password: staple }, { name: bob, passwordFile: secrets/bob }]
`);
    expect([...(config.inbounds[0]?.users ?? [])]).toEqual([
      ["alice", "staple"],
      ["bob", "right horse"],
    ]);
  });

  test("stands on nodes beneath it, and carries nodes above it", () => {
    const config = configOf(`${head}
links: [{ name: below, kind: native, attach: lower/office }]
northbound: [{ name: home }]
`);
    expect(config.links).toEqual([{ kind: "native", name: "below", attach: { node: "lower", northbound: "office" } }]);
    expect(config.northbounds).toEqual([{ name: "home" }]);
    expect(
      issuesOf(`${head}links: [{ name: a, kind: native, attach: lower }]\nnorthbound: [{ name: x }, { name: x }]\n`),
    ).toEqual([
      expect.stringContaining('"lower" is not NODE/NORTHBOUND'),
      expect.stringContaining('northbound[1].name: "x" is the name of another northbound'),
    ]);
  });

  test("may repeat itself by anchor and alias", () => {
    expect(
      configOf(`${head}outbounds:\n  - tcp: { allow: &web ["*:443"] }\n  - tcp: { allow: ["*:80"], deny: *web }\n`)
        .outbounds,
    ).toHaveLength(2);
  });
});

describe("a file that is wrong", () => {
  test("is told of everything at once, in file order, with place, path and what is allowed", () => {
    expect(
      issuesOf(`name: "-"
key: ./laptop.key
inbonds: []
inbounds:
  - socks5: 127.0.0.1
links:
  - name: wan
    kind: upd
  - name: lan
    kind: udp
    listen: "0.0.0.0:4600"
    mtu: "1500"
    sgements: false
  - name: lan
    kind: udp
    listen: "127.0.0.1:4600"
  - name: pipe
    kind: process
    command: []
peers:
  - { name: home, id: "${homeId.slice(0, -1)}q", via: [mv] }
  - { name: vm, id: "${vmId}", link: wna }
routes:
  - { to: "*:99999", through: hmoe }
  - { through: vm }
`).map((text) => text.replaceAll(homeId.slice(0, -1), "flor1…")),
    ).toMatchInlineSnapshot(`
      [
        "flor.yaml:1:1 name: is not a name; allowed: 1 to 63 letters, digits, ".", "_", "-", a letter or digit first",
        "flor.yaml:3:1 inbonds: is not a key here; did you mean "inbounds"? allowed: name, key, inbounds, outbounds, links, peers, routes, northbound",
        "flor.yaml:5:5 inbounds[0].socks5: "127.0.0.1" is not an IP address and port; write 127.0.0.1:1080 or "[::1]:1080"",
        "flor.yaml:8:5 links[0].kind: "upd" is not a kind; did you mean "udp"? allowed: udp, native, process",
        "flor.yaml:12:5 links[1].mtu: is a text; a number is expected",
        "flor.yaml:13:5 links[1].sgements: is not a key here; did you mean "segments"? allowed: kind, name, listen, mtu, segments, gso",
        "flor.yaml:14:5 links[2].name: "lan" is the name of another link; give each its own",
        "flor.yaml:19:5 links[3].command: must have at least 1 item",
        "flor.yaml:21:19 peers[0].id: is not a node id: its checksum does not match: a character is mistyped; flor id shows it on the other node",
        "flor.yaml:22:88 peers[1].link: "wna" is not a link; did you mean "wan"? known: wan, lan, pipe",
        "flor.yaml:24:7 routes[0].to: "99999" is not a port; allowed: "*", 1 to 65535, ranges as 8000-8100, lists as 80,443",
        "flor.yaml:25:5 routes[1].to: is missing; a text is expected",
      ]
    `);
  });

  test("that is no YAML names line and column", () => {
    expect(issuesOf(`${head}links: [}\n`)).toMatchInlineSnapshot(`
      [
        "flor.yaml:3:9: Flow sequence in block collection must be sufficiently indented and end with a ]",
      ]
    `);
  });

  test("with an unquoted star is told to quote it", () => {
    expect(issuesOf(`${head}outbounds:\n  - tcp: { allow: [*.example.org:443] }\n`)).toEqual([
      'flor.yaml:4:20: *.example.org:443 refers to nothing; a value that begins with * must be quoted: "*"',
    ]);
  });

  test("with a block where a key belongs is told so", () => {
    expect(issuesOf(`${head}links: [{ [a, b]: c }]\n`)).toEqual([
      "flor.yaml:3:11: a key must be a word; is a comma or a quote missing?",
    ]);
  });

  test("cannot make aliases expand without end", () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (const [name, of] of ["ba", "cb", "dc", "ed", "fe"]) bomb.push(`${name}: &${name} [${`*${of},`.repeat(9)}]`);
    expect(issuesOf(bomb.join("\n"))).toEqual([expect.stringContaining("Excessive alias count")]);
  });

  test("that is empty is told what it needs", () => {
    expect(issuesOf("")).toEqual([
      "flor.yaml:1:1 name: is missing; a text is expected",
      "flor.yaml:1:1 key: is missing; a text is expected",
    ]);
  });

  test("that is a list is told so", () => {
    expect(issuesOf("- 1\n")).toEqual(["flor.yaml:1:1: is a list; a block of keys is expected"]);
  });

  test("that does not exist is named", () => {
    const loaded = loadConfig(join(folder, "none.yaml"));
    expect(loaded).toMatchObject({ issues: [{ message: expect.stringContaining("no such file") }] });
  });
});

describe("listeners", () => {
  test("that other machines reach are refused without users", () => {
    for (const address of ["0.0.0.0", "[::]", "192.0.2.1", "[2001:db8::1]"]) {
      expect(issuesOf(`${head}inbounds:\n  - socks5: "${address}:1080"\n`)).toEqual([
        expect.stringContaining("is reachable by other machines: list users, or listen on 127.0.0.1"),
      ]);
    }
  });

  test("on loopback need no users, in every spelling", () => {
    for (const address of ["127.0.0.1", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]"]) {
      expect(issuesOf(`${head}inbounds:\n  - socks5: "${address}:1080"\n`)).toEqual([]);
    }
  });

  test("cannot share a port", () => {
    expect(issuesOf(`${head}inbounds:\n  - socks5: "[::1]:1080"\n  - socks5: "[0::1]:1080"\n`)).toEqual([
      "flor.yaml:5:5 inbounds[1].socks5: [::1]:1080 is in use by [::1]:1080 above; choose another port",
    ]);
    expect(issuesOf(`${head}inbounds:\n  - socks5: "127.0.0.1:0"\n  - socks5: "127.0.0.1:0"\n`)).toEqual([]);
  });

  test("refuse users without a password, with two, or named twice", () => {
    const users =
      "[{ name: a }, { name: b, password: x, passwordFile: y }, { name: c, password: x }, { name: c, password: y }]";
    expect(issuesOf(`${head}inbounds:\n  - { socks5: "127.0.0.1:1", users: ${users} }\n`)).toEqual([
      expect.stringContaining("inbounds[0].users[0]: needs either password or passwordFile"),
      expect.stringContaining("inbounds[0].users[1]: needs either password or passwordFile"),
      expect.stringContaining('inbounds[0].users[3].name: "c" is listed twice'),
    ]);
  });
});

describe("secrets", () => {
  const users = 'inbounds:\n  - { socks5: "127.0.0.1:1", users: [{ name: a, password: hunter2 }] }\n';

  test("in a file that every user can read are refused", () => {
    expect(issuesOf(head + users, 0o644)).toEqual([
      expect.stringContaining("stands in a file that every user can read; chmod o-r it, or use passwordFile"),
    ]);
    expect(issuesOf(head + users, 0o640)).toEqual([]);
  });

  test("never stand in an issue", () => {
    const broken = `${head}inbounds:\n  - { socks5: nowhere, users: [{ name: a, password: hunter2, pass: 1 }, { name: b, password: 12345678 }] }\n`;
    const texts = issuesOf(broken, 0o644).join("\n");
    expect(texts).toContain("users[1].password: is a number; a text is expected: quote it");
    expect(texts).not.toMatch(/hunter2|12345678/);
  });

  test("in a key file that others can read are refused, with what to run", () => {
    for (const mode of [0o604, 0o640, 0o660, 0o602]) {
      chmodSync(join(folder, "laptop.key"), mode);
      expect(issuesOf(head)).toEqual([
        `flor.yaml:2:1 key: laptop.key has mode 0${mode.toString(8)}, others can use it; run: chmod 600 laptop.key`,
      ]);
    }
  });

  test("in a key file that is missing, a folder, or no key are refused", () => {
    rmSync(join(folder, "laptop.key"));
    expect(issuesOf(head)).toEqual([
      "flor.yaml:2:1 key: laptop.key does not exist; make it with: flor keygen laptop.key",
    ]);
    writeFileSync(join(folder, "laptop.key"), "ssh-ed25519 AAAA", { mode: 0o600 });
    expect(issuesOf(head)).toEqual([expect.stringContaining("holds no Ed25519 key in PKCS#8 PEM")]);
    expect(issuesOf("name: x\nkey: .\n")).toEqual([expect.stringContaining("is not a file")]);
  });
});

describe("peers", () => {
  const links = "links: [{ name: wan, kind: udp }]\n";
  const peers = (...items: readonly string[]): string =>
    `${head}${links}peers:\n${items.map((item) => `  - { ${item} }\n`).join("")}`;

  test("are other nodes, each listed once", () => {
    expect(issuesOf(peers(`name: me, id: ${ownId}`, `name: laptop, id: ${homeId}`, `name: vm, id: ${homeId}`))).toEqual(
      [
        expect.stringContaining("peers[0].id: is this node's own id"),
        expect.stringContaining('peers[1].name: "laptop" is the name of this node'),
        expect.stringContaining('peers[2].id: is the id of peer "laptop" as well'),
      ],
    );
  });

  test("are reached in one way", () => {
    const issues = issuesOf(
      peers(`name: a, id: ${homeId}, link: wan, via: [b]`, `name: b, id: ${vmId}, address: "203.0.113.7:1"`),
    );
    expect(issues).toEqual([
      expect.stringContaining("peers[0].via: stands beside link; a peer has one of link, links, via"),
      expect.stringContaining('peers[0].via[0]: "b" has no link here; the first hop must be a neighbour'),
      expect.stringContaining("peers[1].address: stands without link; name the link that leads there"),
    ]);
  });

  test("are not reached through themselves, strangers, or anybody twice", () => {
    const issues = issuesOf(peers(`name: a, id: ${homeId}, via: [b, a, c, b]`, `name: b, id: ${vmId}, link: wan`));
    expect(issues).toEqual([
      expect.stringContaining('peers[0].via[1]: "a" is the peer itself'),
      expect.stringContaining('peers[0].via[2]: "c" is not a peer; known: a, b'),
      expect.stringContaining('peers[0].via[3]: "b" is listed twice: the path would loop'),
    ]);
  });

  test("with a mistyped id are told what is wrong with it", () => {
    expect(
      issuesOf(peers(`name: a, id: ${homeId.slice(0, 20)}${homeId[20] === "q" ? "p" : "q"}${homeId.slice(21)}`)),
    ).toEqual([expect.stringContaining("is not a node id: its checksum does not match")]);
  });
});
