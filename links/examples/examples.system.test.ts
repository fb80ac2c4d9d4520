/** The reference links, built from their sources: the conformance kit passes them, and they carry a client's octets. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeStatus } from "@flor/node";
import { flor, freePort, NodeProcess, requireTools, seededHash, TestServer } from "@flor/testkit";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const OCTETS = 5_000_000;
const SEED = 31;
/** The machine may be busy; what a link does is tried here, not how fast. */
const PATIENCE = 4;
/** All groups but performance, which only informs. */
const GROUPS = "process,handshake,data,control,flow,resilience,security";

const sources = import.meta.dirname;
const built = mkdtempSync(join(tmpdir(), "flor-examples-"));

const commands = {
  python: ["python3", join(sources, "python/star_link.py")],
  go: [join(built, "star-go")],
  c: [join(built, "star-c")],
} as const;

type Language = keyof typeof commands;
const languages = Object.keys(commands) as Language[];

beforeAll(async () => {
  requireTools(["python3", "go", "gcc", "make", "curl"]);
  const copied = join(built, "c");
  await execa("cp", ["-r", join(sources, "c"), copied]);
  await execa("make", ["-C", copied, "-B", "CFLAGS=-O1 -g -fsanitize=address,undefined -fno-sanitize-recover"]);
  await execa("mv", [join(copied, "star-link"), commands.c[0]]);
  // Nothing is fetched: neither modules, of which there are none, nor another Go.
  const go = { cwd: join(sources, "go"), env: { GOTOOLCHAIN: "local", GOPROXY: "off" } };
  await execa("go", ["vet", "."], go);
  await execa("go", ["build", "-o", commands.go[0], "."], go);
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

describe.each(languages)("the link in %s", (language) => {
  const [program, ...leading] = commands[language];

  test("says what it is", async () => {
    const { stdout } = await execa(program, [...leading, "--flor-io-describe"]);
    expect(JSON.parse(stdout)).toMatchObject({ name: `star-${language}`, flor_io: [1], caps: ["stats", "roaming"] });
  });

  test("says how to run it when it is run by hand", async () => {
    const { exitCode, stderr } = await execa(program, leading, { reject: false, stdin: "ignore" });
    expect(stderr).toContain("kind: process");
    expect(exitCode).toBe(64);
  });
});

test.each(languages)("the link in %s conforms", async (language) => {
  const { stdout } = await flor([
    "link",
    "test",
    "--group",
    GROUPS,
    "--seed",
    `${SEED}`,
    "--patience",
    `${PATIENCE}`,
    "--",
    ...commands[language],
  ]);
  expect(stdout).toMatch(/^conforms: /m);
});

describe.each<[Language, Language | "udp"]>([
  ["python", "python"],
  ["go", "go"],
  ["c", "c"],
  ["python", "c"],
  ["go", "udp"],
])("two nodes with links in %s and %s", (near, far) => {
  test("carry a download, and another one after a link was killed and came back at another address", async () => {
    await using server = await TestServer.open({ kind: "source", seed: SEED, octets: OCTETS });
    await using ingress = await NodeProcess.prepare("ingress");
    await using egress = await NodeProcess.prepare("egress");
    const port = await freePort();
    await egress.up({
      outbounds: [{ tcp: { allow: ["127.0.0.0/8:*"] } }],
      links: [linkConfig(far, port)],
      // Without an address: the ingress comes as a stranger, and is adopted.
      peers: [{ name: "ingress", id: ingress.id, link: "wan" }],
    });
    await ingress.up({
      inbounds: [{ socks5: "127.0.0.1:0" }],
      links: [linkConfig(near, 0)],
      peers: [{ name: "egress", id: egress.id, link: "wan", address: `127.0.0.1:${port}` }],
      routes: [{ to: "*", through: "egress" }],
    });
    await ingress.waitForPeer("egress");
    expect(await downloadedHash(ingress, server.port)).toBe(seededHash(SEED, OCTETS));

    const before = await addressOf(egress);
    const pid = await ingress.waitFor((status) => status.links[0]?.pid, "a link process");
    process.kill(pid, "SIGKILL");
    // The port of its earlier life may be there for a while; and a busy machine takes its time to start a link, more
    // than a client's flow waits for a path.
    const isElsewhere = ({ peer, address }: NodeStatus["links"][number]["ports"][number]): boolean =>
      peer === "ingress" && address !== before;
    await egress.waitFor((status) => status.links[0]?.ports.some(isElsewhere), "a port at another address");
    await ingress.waitForPeer("egress");
    expect(await downloadedHash(ingress, server.port)).toBe(seededHash(SEED, OCTETS));
  });
});

/** A link that listens on loopback; 0 takes a free port, another one each time. */
function linkConfig(language: Language | "udp", port: number): object {
  const listen = `127.0.0.1:${port}`;
  // The reference links carry whole frames, and so must their neighbour.
  if (language === "udp") return { name: "wan", kind: "udp", listen, segments: false };
  return { name: "wan", kind: "process", command: commands[language], config: { listen } };
}

async function downloadedHash(ingress: NodeProcess, port: number): Promise<string> {
  const proxy = `socks5h://127.0.0.1:${await ingress.socksPort()}`;
  const args = ["--silent", "--show-error", "--http0.9", "--max-time", "200", "--proxy", proxy];
  const { stdout } = await execa("curl", [...args, `http://127.0.0.1:${port}/`], {
    encoding: "buffer",
    maxBuffer: 2 * OCTETS,
  });
  return createHash("sha256").update(stdout).digest("hex");
}

/** Where the ingress is, as the link of the egress sees it. */
async function addressOf(egress: NodeProcess): Promise<string> {
  return egress.waitFor((status) => status.links[0]?.ports.find((one) => one.peer === "ingress")?.address, "a port");
}
