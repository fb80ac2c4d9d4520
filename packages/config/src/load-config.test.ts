import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigFolder, head, homeId, vmId } from "./config-folder.testing.ts";
import { loadConfig } from "./load-config.ts";

let folder: ConfigFolder;

beforeEach(() => {
  folder = new ConfigFolder();
});

afterEach(() => {
  folder[Symbol.dispose]();
});

describe("a valid file", () => {
  test("becomes a configuration with every default filled in", () => {
    const config = folder.configOf(`${head}
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
    expect(config.identity.id).toBe(folder.ownId);
    expect(config.keyFile).toBe(join(folder.path, "laptop.key"));
    expect(config.inbounds).toEqual([{ kind: "socks5", listen: { address: "127.0.0.1", port: 1080 } }]);
    expect(config.outbounds.map(({ allow, deny }) => [allow.map(({ text }) => text), deny])).toEqual([
      [["*.example.org:443", "192.168.1.0/24:22"], []],
    ]);
    expect(config.links).toEqual([
      { kind: "udp", name: "wan", settings: { listen: "0.0.0.0:4600", mtu: 1500, segments: true, gso: "auto" } },
      { kind: "udp", name: "any", settings: { listen: "0.0.0.0:0", mtu: 1500, segments: true, gso: "auto" } },
    ]);
    expect(config.peers.map(({ name, links, via }) => ({ name, links, via }))).toEqual([
      { name: "home", links: [], via: ["vm"] },
      { name: "vm", links: [{ link: "wan", address: "203.0.113.7:4600" }], via: [] },
    ]);
    expect(config.routes.map(({ to, through }) => [to.text, through])).toEqual([
      ["*.home.example:*", ["home"]],
      ["*", ["vm"]],
    ]);
  });

  test("needs a name and a key only", () => {
    expect(folder.configOf(head)).toMatchObject({
      name: "laptop",
      inbounds: [],
      outbounds: [],
      links: [],
      peers: [],
      routes: [],
    });
  });

  test("gives several links to a peer, in order, and lets the peer come to us over one", () => {
    const config = folder.configOf(`${head}
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
      command: [join(folder.path, "b"), "--fast"],
      config: { deep: [1] },
      env: { B: "x" },
    });
  });

  test("reads users' passwords from the file and from files of their own", () => {
    mkdirSync(join(folder.path, "secrets"));
    writeFileSync(join(folder.path, "secrets/bob"), "right horse\n", { mode: 0o600 });
    const config = folder.configOf(`${head}
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
    const config = folder.configOf(`${head}
links: [{ name: below, kind: native, attach: lower/office }]
northbound: [{ name: home }]
`);
    expect(config.links).toEqual([{ kind: "native", name: "below", attach: { node: "lower", northbound: "office" } }]);
    expect(config.northbounds).toEqual([{ name: "home", socket: undefined, group: undefined }]);
    expect(
      folder.issuesOf(
        `${head}links: [{ name: a, kind: native, attach: lower }]\nnorthbound: [{ name: x }, { name: x }]\n`,
      ),
    ).toEqual([
      expect.stringContaining('"lower" is neither NODE/NORTHBOUND'),
      expect.stringContaining('northbound[1].name: "x" is the name of another northbound'),
    ]);
  });

  test("stands on a node of another user, and carries those of a group", () => {
    const config = folder.configOf(`${head}
links: [{ name: below, kind: native, attach: /run/team/flor }]
northbound: [{ name: home, socket: ./home.socket, group: family }]
`);
    expect(config.links).toEqual([{ kind: "native", name: "below", attach: { socket: "/run/team/flor" } }]);
    expect(config.northbounds).toEqual([{ name: "home", socket: `${folder.path}/home.socket`, group: "family" }]);
    expect(folder.issuesOf(`${head}northbound: [{ name: home, group: family }]\n`)).toEqual([
      expect.stringContaining("northbound[0].group: needs a socket"),
    ]);
  });

  test("says how often hellos go over a link of any kind, within bounds", () => {
    const linksOf = (hello: number): string => `${head}
links:
  - { name: a, kind: udp, hello: ${hello} }
  - { name: b, kind: tcp, hello: ${hello} }
  - { name: c, kind: native, attach: lower/office, hello: ${hello} }
  - { name: d, kind: process, command: [./link], hello: ${hello} }
`;
    const { links } = folder.configOf(linksOf(50));
    expect(links.map(({ helloMs }) => helloMs)).toEqual([50, 50, 50, 50]);
    expect(links[1]).toMatchObject({ settings: expect.not.objectContaining({ hello: 50 }) });
    for (const hello of [49, 5001, 60.5]) expect(folder.issuesOf(linksOf(hello))).toHaveLength(4);
  });

  test("may repeat itself by anchor and alias", () => {
    expect(
      folder.configOf(
        `${head}outbounds:\n  - tcp: { allow: &web ["*:443"] }\n  - tcp: { allow: ["*:80"], deny: *web }\n`,
      ).outbounds,
    ).toHaveLength(2);
  });
});

describe("a file that is wrong", () => {
  test("is told of everything at once, in file order, with place, path and what is allowed", () => {
    expect(
      folder
        .issuesOf(`name: "-"
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
`)
        .map((text) => text.replaceAll(homeId.slice(0, -1), "flor1…")),
    ).toMatchInlineSnapshot(`
      [
        "flor.yaml:1:1 name: is not a valid name; allowed: 1 to 63 letters, digits, ".", "_", "-", starting with a letter or digit",
        "flor.yaml:3:1 inbonds: is not a key here; did you mean "inbounds"? allowed: name, key, idleTimeout, transit, inbounds, outbounds, links, peers, networks, foreign, gateway, routes, northbound, metrics, services",
        "flor.yaml:5:5 inbounds[0].socks5: "127.0.0.1" is not an IP address and port; write 127.0.0.1:1080 or "[::1]:1080"",
        "flor.yaml:8:5 links[0].kind: "upd" is not a kind; did you mean "udp"? allowed: udp, tcp, exec, pt, webtransport, native, process",
        "flor.yaml:12:5 links[1].mtu: is a text; a number is expected",
        "flor.yaml:13:5 links[1].sgements: is not a key here; did you mean "segments"? allowed: kind, name, hello, listen, mtu, segments, gso",
        "flor.yaml:14:5 links[2].name: "lan" is the name of another link; give each its own",
        "flor.yaml:19:5 links[3].command: must have at least 1 item",
        "flor.yaml:21:19 peers[0].id: is not a node id: its checksum does not match: a character is mistyped; flor id shows it on the other node",
        "flor.yaml:22:88 peers[1].link: "wna" is not a link; did you mean "wan"? known: wan, lan, pipe",
        "flor.yaml:24:7 routes[0].to: "99999" is not a port; allowed: "*", 1 to 65535, ranges as 8000-8100, lists as 80,443",
        "flor.yaml:25:5 routes[1].to: is missing; a destination is expected",
      ]
    `);
  });

  test("that is no YAML names line and column", () => {
    expect(folder.issuesOf(`${head}links: [}\n`)).toMatchInlineSnapshot(`
      [
        "flor.yaml:3:9: Flow sequence in block collection must be sufficiently indented and end with a ]",
      ]
    `);
  });

  test("of several documents is told where the second begins", () => {
    expect(folder.issuesOf(`${head}---\n${head}`)).toEqual([
      "flor.yaml:3:1: a second document begins here; a configuration is a single one: remove the line ---",
    ]);
  });

  test("that is something else altogether is told so on one screen", () => {
    const issues = folder.issuesOf(`x: ${"[".repeat(20_000)}`);
    expect(issues.length).toBeLessThanOrEqual(50);
    expect(Math.max(...issues.map((text) => text.length))).toBeLessThan(300);
  });

  test("with an unquoted star is told to quote it", () => {
    expect(folder.issuesOf(`${head}outbounds:\n  - tcp: { allow: [*.example.org:443] }\n`)).toEqual([
      'flor.yaml:4:20: *.example.org:443 refers to nothing; a value that begins with * must be quoted: "*"',
    ]);
  });

  test("with a block where a key belongs is told so", () => {
    expect(folder.issuesOf(`${head}links: [{ [a, b]: c }]\n`)).toEqual([
      "flor.yaml:3:11: a key must be a word; is a comma or a quote missing?",
    ]);
  });

  test("cannot make aliases expand without end", () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"];
    for (const [name, of] of ["ba", "cb", "dc", "ed", "fe"]) bomb.push(`${name}: &${name} [${`*${of},`.repeat(9)}]`);
    expect(folder.issuesOf(bomb.join("\n"))).toEqual([expect.stringContaining("aliases (*name) expand to too much")]);
  });

  test("that is empty is told what it needs", () => {
    expect(folder.issuesOf("")).toEqual([
      "flor.yaml:1:1 name: is missing; a text is expected",
      "flor.yaml:1:1 key: is missing; a text is expected",
    ]);
  });

  test("that is a list is told so", () => {
    expect(folder.issuesOf("- 1\n")).toEqual(["flor.yaml:1:1: is a list; a block of keys is expected"]);
  });

  test("that does not exist is named", () => {
    const loaded = loadConfig(join(folder.path, "none.yaml"));
    expect(loaded).toMatchObject({ issues: [{ message: expect.stringContaining("no such file") }] });
  });
});
