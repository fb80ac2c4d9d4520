import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigFolder, head, homeId, vmId } from "./config-folder.testing.ts";

let folder: ConfigFolder;

beforeEach(() => {
  folder = new ConfigFolder();
});

afterEach(() => {
  folder[Symbol.dispose]();
});

describe("listeners", () => {
  test("that other machines reach are refused without users", () => {
    for (const address of ["0.0.0.0", "[::]", "192.0.2.1", "[2001:db8::1]"]) {
      expect(folder.issuesOf(`${head}inbounds:\n  - socks5: "${address}:1080"\n`)).toEqual([
        expect.stringContaining(
          "is reachable by other machines: list users, allow the addresses of its clients, or listen on 127.0.0.1",
        ),
      ]);
    }
  });

  test("on loopback need no users, in every spelling", () => {
    for (const address of ["127.0.0.1", "127.9.9.9", "[::1]", "[::ffff:127.0.0.1]", "[0:0:0:0:0:0:0:1]"]) {
      expect(folder.issuesOf(`${head}inbounds:\n  - socks5: "${address}:1080"\n`)).toEqual([]);
    }
  });

  test("cannot share a port", () => {
    expect(folder.issuesOf(`${head}inbounds:\n  - socks5: "[::1]:1080"\n  - socks5: "[0::1]:1080"\n`)).toEqual([
      "flor.yaml:5:5 inbounds[1].socks5: [::1]:1080 is in use by [::1]:1080 above; choose another port",
    ]);
    expect(folder.issuesOf(`${head}inbounds:\n  - socks5: "127.0.0.1:0"\n  - socks5: "127.0.0.1:0"\n`)).toEqual([]);
  });

  test("refuse users without a password, with two, or named twice", () => {
    const users =
      "[{ name: a }, { name: b, password: x, passwordFile: y }, { name: c, password: x }, { name: c, password: y }]";
    expect(folder.issuesOf(`${head}inbounds:\n  - { socks5: "127.0.0.1:1", users: ${users} }\n`)).toEqual([
      expect.stringContaining("inbounds[0].users[0]: needs either password or passwordFile"),
      expect.stringContaining("inbounds[0].users[1]: needs either password or passwordFile"),
      expect.stringContaining('inbounds[0].users[3].name: "c" is listed twice'),
    ]);
  });
});

describe("metrics", () => {
  test("are read on loopback, by allowed addresses, or at a path", () => {
    for (const value of [
      "127.0.0.1:9464",
      '"[::1]:0"',
      "{ listen: 127.0.0.1:9464 }",
      "{ listen: 0.0.0.0:9464, allow: [192.0.2.0/24] }",
      "{ unix: ./metrics.sock }",
    ])
      expect(folder.issuesOf(`${head}metrics: ${value}\n`)).toEqual([]);
  });

  test.each([
    ["0.0.0.0:9464", "flor.yaml:3:1 metrics.listen: 0.0.0.0:9464 is reachable by other machines"],
    ["{ listen: 0.0.0.0:9464 }", "flor.yaml:3:12 metrics.listen: 0.0.0.0:9464 is reachable by other machines"],
    ["{ listen: 0.0.0.0:9464, allow: [0.0.0.0/0] }", "metrics.allow[0]: is too wide"],
    ["{ unix: a, allow: [127.0.0.1] }", "metrics.allow: does not apply to unix"],
    ["{ unix: a, listen: 127.0.0.1:1 }", "metrics: needs either listen"],
    ["{}", "metrics: needs either listen"],
    ["localhost", 'metrics.listen: "localhost" is not an IP address and port'],
    ["9464", "metrics: is a number; a block of keys is expected"],
    ["{ port: 9464 }", "metrics.port: is not a key here"],
  ])("%s is refused", (value, issue) => {
    expect(folder.issuesOf(`${head}metrics: ${value}\n`).join("\n")).toContain(issue);
  });

  test("cannot share a port with an inbound", () => {
    expect(folder.issuesOf(`${head}inbounds:\n  - proxy: 127.0.0.1:9464\nmetrics: 127.0.0.1:9464\n`)).toEqual([
      expect.stringContaining("metrics.listen: 127.0.0.1:9464 is in use by 127.0.0.1:9464 above"),
    ]);
  });
});

describe("secrets", () => {
  const users = 'inbounds:\n  - { socks5: "127.0.0.1:1", users: [{ name: a, password: hunter2 }] }\n';

  test("in a file that every user can read are refused", () => {
    expect(folder.issuesOf(head + users, 0o644)).toEqual([
      expect.stringContaining("is in a file that every user can read; chmod o-r it, or use passwordFile"),
    ]);
    expect(folder.issuesOf(head + users, 0o640)).toEqual([]);
  });

  test("never stand in an issue", () => {
    const broken = `${head}inbounds:\n  - { socks5: nowhere, users: [{ name: a, password: hunter2, pass: 1 }, { name: b, password: 12345678 }] }\n`;
    const texts = folder.issuesOf(broken, 0o644).join("\n");
    expect(texts).toContain("users[1].password: is a number; a text is expected: quote it");
    expect(texts).not.toMatch(/hunter2|12345678/);
  });

  test("in a key file that others can read are refused, with what to run", () => {
    for (const mode of [0o604, 0o644, 0o660, 0o602]) {
      chmodSync(join(folder.path, "laptop.key"), mode);
      expect(folder.issuesOf(head)).toEqual([
        `flor.yaml:2:1 key: laptop.key has mode 0${mode.toString(8)}, others can use it; run: chmod 600 laptop.key`,
      ]);
    }
  });

  test("advise with commands that a shell takes as they stand", () => {
    mkdirSync(join(folder.path, "my keys"));
    writeFileSync(join(folder.path, "my keys/a key"), "", { mode: 0o644 });
    const issuesOf = (name: string): string => folder.issuesOf(`name: x\nkey: "my keys/${name}"\n`).join();
    expect(issuesOf("a key")).toContain("run: chmod 600 'my keys/a key'");
    expect(issuesOf("absent")).toContain("make it with: flor keygen 'my keys/absent'");
  });

  test("in a password file are read whatever editor wrote it, and refused in UTF-16", () => {
    const file = join(folder.path, "pw");
    const text = `${head}inbounds:\n  - { socks5: "127.0.0.1:1", users: [{ name: a, passwordFile: pw }] }\n`;
    writeFileSync(file, "\u{feff}hunter2\r\n", { mode: 0o600 });
    expect(folder.configOf(text).inbounds[0]?.users?.get("a")).toBe("hunter2");
    writeFileSync(file, Buffer.from("\u{feff}hunter2", "utf16le"));
    expect(folder.issuesOf(text)).toEqual([expect.stringContaining("pw is encoded as UTF-16; save it as UTF-8")]);
  });

  test("in a named pipe are refused, not waited for", () => {
    execFileSync("mkfifo", ["-m", "0600", join(folder.path, "pipe.key")]);
    expect(folder.issuesOf("name: x\nkey: pipe.key\n")).toEqual([expect.stringContaining("is not a file")]);
  });

  test("in a key file that is missing, a folder, or no key are refused", () => {
    rmSync(join(folder.path, "laptop.key"));
    expect(folder.issuesOf(head)).toEqual([
      "flor.yaml:2:1 key: laptop.key does not exist; make it with: flor keygen laptop.key",
    ]);
    writeFileSync(join(folder.path, "laptop.key"), "ssh-ed25519 AAAA", { mode: 0o600 });
    expect(folder.issuesOf(head)).toEqual([expect.stringContaining("holds no Ed25519 key in PKCS#8 PEM")]);
    expect(folder.issuesOf("name: x\nkey: .\n")).toEqual([expect.stringContaining("is not a file")]);
  });
});

describe("peers", () => {
  const links = "links: [{ name: wan, kind: udp }]\n";
  const peers = (...items: readonly string[]): string =>
    `${head}${links}peers:\n${items.map((item) => `  - { ${item} }\n`).join("")}`;

  test("are other nodes, each listed once", () => {
    expect(
      folder.issuesOf(peers(`name: me, id: ${folder.ownId}`, `name: laptop, id: ${homeId}`, `name: vm, id: ${homeId}`)),
    ).toEqual([
      expect.stringContaining("peers[0].id: is this node's own id"),
      expect.stringContaining('peers[1].name: "laptop" is the name of this node'),
      expect.stringContaining('peers[2].id: is the id of peer "laptop" as well'),
    ]);
  });

  test("are reached in one way", () => {
    const issues = folder.issuesOf(
      peers(`name: a, id: ${homeId}, link: wan, via: [b]`, `name: b, id: ${vmId}, address: "203.0.113.7:1"`),
    );
    expect(issues).toEqual([
      expect.stringContaining("peers[0].via: conflicts with link; a peer has one of link, links, via"),
      expect.stringContaining('peers[0].via[0]: "b" has no link here; the first hop must be a neighbour'),
      expect.stringContaining("peers[1].address: needs link: name the link that leads there"),
    ]);
  });

  test("are not reached through themselves, strangers, or anybody twice", () => {
    const issues = folder.issuesOf(
      peers(`name: a, id: ${homeId}, via: [b, a, c, b]`, `name: b, id: ${vmId}, link: wan`),
    );
    expect(issues).toEqual([
      expect.stringContaining('peers[0].via[1]: "a" is the peer itself'),
      expect.stringContaining('peers[0].via[2]: "c" is not a peer; known: a, b'),
      expect.stringContaining('peers[0].via[3]: "b" is listed twice: the path would loop'),
    ]);
  });

  test("have addresses that their links can read", () => {
    const of = (kind: string, address: string): readonly string[] =>
      folder.issuesOf(
        `${head}links: [{ name: wan, kind: ${kind} }]\npeers:\n  - { name: vm, id: ${vmId}, link: wan, address: ${JSON.stringify(address)} }\n`,
      );
    for (const kind of ["udp", "tcp"]) {
      for (const good of ["vm.example:4600", "203.0.113.7:1", "[2001:db8::7]:65535"])
        expect(of(kind, good)).toEqual([]);
      for (const bad of ["vm.example", "203.0.113.7", "vm:0", "vm:65536", "2001:db8::7:4600", "udp://vm:1"]) {
        expect(of(kind, bad)).toEqual([
          expect.stringContaining(
            `peers[0].address: ${JSON.stringify(bad)} is not an address on a ${kind} link; write "203.0.113.7:4600" or`,
          ),
        ]);
      }
    }
    expect(of("webtransport", "https://cloud.example/flor#sha256=00")).toEqual([]);
    expect(of("webtransport", "cloud.example:443")).toEqual([expect.stringContaining('write "https://')]);
    expect(of("exec, serve: true", "anything that its command takes")).toEqual([]);
  });

  test.each([
    ["$VM:4600", "contains a variable"],
    ["{{ vm }}:4600", "contains a variable"],
    ["bücher.example:4600", 'is not ASCII; write "xn--bcher-kva.example:4600"'],
    ["[fe80::1]:4600", 'is a link-local address without its interface; write "[fe80::1%eth0]:4600"'],
    ["[vm.example]:4600", "is not an IPv6 address in brackets"],
    ["-vm-.example:4600", "names no host"],
    ["a..b:4600", "names no host"],
  ])("have addresses that lead somewhere, unlike %s", (address, said) => {
    const text = `name: vm, id: ${vmId}, link: wan, address: ${JSON.stringify(address)}`;
    expect(folder.issuesOf(peers(text))).toEqual([expect.stringContaining(`${JSON.stringify(address)} ${said}`)]);
  });

  test("have a link-local address with its interface", () => {
    for (const zone of ["eth0", "3", "wg-home.1"])
      expect(folder.issuesOf(peers(`name: vm, id: ${vmId}, link: wan, address: "[fe80::1%${zone}]:4600"`))).toEqual([]);
  });

  test("have such addresses in a list of links too", () => {
    expect(folder.issuesOf(peers(`name: vm, id: ${vmId}, links: [{ link: wan, address: nowhere }]`))).toEqual([
      expect.stringContaining('peers[0].links[0].address: "nowhere" is not an address on a udp link'),
    ]);
  });

  test("with a mistyped id are told what is wrong with it", () => {
    expect(
      folder.issuesOf(peers(`name: a, id: ${homeId.slice(0, 20)}${homeId[20] === "q" ? "p" : "q"}${homeId.slice(21)}`)),
    ).toEqual([expect.stringContaining("is not a node id: its checksum does not match")]);
  });
});

describe("routes", () => {
  const through = (text: string): readonly string[] =>
    folder.issuesOf(
      `${head}links: [{ name: wan, kind: udp }]\npeers: [{ name: a, id: ${homeId}, link: wan }, { name: b, id: ${vmId}, link: wan }]\nroutes: [{ to: "*", through: ${text} }]\n`,
    );

  test("name one peer or several, each once", () => {
    expect([through("a"), through("[b, a]")]).toEqual([[], []]);
    expect(through("[a, c, a]")).toEqual([
      expect.stringContaining('routes[0].through[1]: "c" is not a peer; known: a, b'),
      expect.stringContaining('routes[0].through[2]: "a" is listed twice for this route'),
    ]);
    expect(through("[]")).toEqual([expect.stringContaining("routes[0].through: must have at least 1 item")]);
    expect(through("7")).toEqual([
      expect.stringContaining("routes[0].through: is neither the name of a peer nor a list of 1 to 8 names"),
    ]);
  });
});

describe("inbounds", () => {
  const of = (...items: readonly string[]): readonly string[] =>
    folder.issuesOf(`${head}inbounds:\n${items.map((item) => `  - { ${item} }\n`).join("")}`);

  test("of every kind are good", () => {
    const text = `${head}inbounds:
  - proxy: 127.0.0.1:1
  - { tcp: "127.0.0.1:2", to: "[2001:db8::7]:5432" }
  - { unix: ./clients.sock }
  - { unix: ./db.sock, to: "db.example:5432" }
  - { socks5: "0.0.0.0:3", allow: [10.0.0.0/8, "fd00::/8", 127.0.0.1] }
`;
    expect(folder.configOf(text).inbounds).toMatchObject([
      { kind: "proxy", listen: { address: "127.0.0.1", port: 1 } },
      { kind: "tcp", to: { target: { kind: "address" }, port: 5432 } },
      { kind: "proxy", listen: { path: join(folder.path, "clients.sock") } },
      { kind: "tcp", listen: { path: join(folder.path, "db.sock") }, to: { port: 5432 } },
      { kind: "socks5", allow: [{ length: 8 }, { length: 8 }, { length: 32 }] },
    ]);
  });

  test("say what they are, once, and nothing that is not theirs", () => {
    const user = "users: [{ name: a, password: b }]";
    expect(of(user)).toEqual([
      expect.stringContaining("inbounds[0]: does not say where it listens; give it one of proxy,"),
    ]);
    expect(of('proxy: "127.0.0.1:1", socks5: "127.0.0.1:2"')).toEqual([
      expect.stringContaining("inbounds[0].socks5: conflicts with proxy"),
    ]);
    expect(of('tcp: "127.0.0.1:1"')).toEqual([expect.stringContaining("inbounds[0].tcp: needs to: HOST:PORT")]);
    expect(of('proxy: "127.0.0.1:1", to: "a:1"')).toEqual([
      expect.stringContaining("inbounds[0].to: does not apply to proxy"),
    ]);
    expect(of(`tcp: "127.0.0.1:1", to: "a:1", ${user}`)).toEqual([
      expect.stringContaining("inbounds[0].users: does not apply to tcp"),
    ]);
    expect(of("unix: ./s, allow: [10.0.0.0/8]")).toEqual([
      expect.stringContaining("inbounds[0].allow: does not apply to unix"),
    ]);
    expect(of('tcp: "127.0.0.1:1", to: db')).toEqual([
      expect.stringContaining('inbounds[0].to: "db" is not a host and a port'),
    ]);
  });

  test("are open to some, never to all", () => {
    for (const range of ["0.0.0.0/0", "0.0.0.0/1", "::/0", "2000::/3", "::ffff:0.0.0.0/96"])
      expect(of(`proxy: "0.0.0.0:1", allow: ["${range}"]`)).toEqual([
        expect.stringContaining("inbounds[0].allow[0]: is too wide"),
      ]);
    expect(of('tcp: "0.0.0.0:1", to: "a:1"')).toEqual([
      expect.stringContaining("is reachable by other machines: allow the addresses of its clients, or listen"),
    ]);
  });
});
