/** One link of a node does its worst; the others, the flows over them and the node's memory must not notice. */
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LinkStatus, NodeStatus } from "@flor/node";
import { flor, NodeProcess, residentOctets, seededHash, type TcpClient, TestServer } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freeUdpPort } from "../../apps/flor/src/demo/free-port.ts";
import { openThrough } from "../e2e/connect-through.ts";
import type { HostileOrders } from "./hostile-link.ts";

const HOSTILE_LINK = fileURLToPath(new URL("hostile-link.ts", import.meta.url));
const HOSTILE_MS = 2500;
const LOOP_DELAY_MAX_MS = 50;
/** As long as three Pings and a look take. */
const SLOW_MS = 4000;
/** A verdict holds for 10 s. */
const FORGIVEN_MAX_MS = 20_000;
const PORTS_MAX = 256;
const GROWTH_MAX_OCTETS = 64 * 1024 * 1024;
const ECHO_MAX_MS = 1000;
const SEED = 5;
const TRANSFER_OCTETS = 8_000_000;
/** Destinations of this address go over the hostile link. */
const BEYOND = "127.0.0.2";
const SECRET = "a secret of the node's environment";
const HARMLESS = ["PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "FLOR_IO", ""];

const owned = new AsyncDisposableStack();
let near: NodeProcess;
let orders: string;
let source: TestServer;
let echo: TestServer;
let sink: TestServer;
let idle: TcpClient;
let socksPort: number;
/** On a machine that is busy with other things the loop is late without a hostile link too. */
let loopDelayMaxMs: number;

beforeAll(async () => {
  process.env["FLOR_TEST_SECRET"] = SECRET;
  near = owned.use(await NodeProcess.prepare("near"));
  const far = owned.use(await NodeProcess.prepare("far"));
  const third = owned.use(await NodeProcess.prepare("third"));
  source = owned.use(await TestServer.open({ kind: "source", seed: SEED, octets: TRANSFER_OCTETS }));
  echo = owned.use(await TestServer.open({ kind: "echo" }));
  sink = owned.use(await TestServer.open({ kind: "sink", host: BEYOND }));
  orders = join(near.folder, "orders.json");
  const [farPort, thirdPort] = [await freeUdpPort(), await freeUdpPort()];
  for (const [node, port] of [[far, farPort] as const, [third, thirdPort] as const]) {
    await node.up({
      outbounds: [{ tcp: { allow: ["*", "127.0.0.0/8"] } }],
      links: [{ name: "wan", kind: "udp", listen: `127.0.0.1:${port}`, segments: node === far }],
      peers: [{ name: "near", id: near.id, link: "wan" }],
    });
  }
  await near.up({
    inbounds: [{ socks5: "127.0.0.1:0" }],
    links: [
      { name: "wan", kind: "udp", listen: "127.0.0.1:0" },
      { name: "bad", kind: "process", command: [process.execPath, HOSTILE_LINK], config: { orders } },
    ],
    peers: [
      { name: "far", id: far.id, link: "wan", address: `127.0.0.1:${farPort}` },
      { name: "third", id: third.id, link: "bad", address: `127.0.0.1:${thirdPort}` },
    ],
    routes: [
      { to: `${BEYOND}/32`, through: "third" },
      { to: "*", through: "far" },
    ],
  });
  await near.waitForPeer("far");
  await near.waitForPeer("third");
  socksPort = await near.socksPort();
  idle = owned.use(await openThrough(socksPort, { host: "127.0.0.1", port: echo.port }));
  await transferUntil(performance.now() + HOSTILE_MS);
  loopDelayMaxMs = Math.max(LOOP_DELAY_MAX_MS, 2 * ((await near.status())?.loopDelayMs.p99 ?? 0));
});

afterAll(async () => {
  delete process.env["FLOR_TEST_SECRET"];
  await owned.disposeAsync();
});

const badLink = (status: NodeStatus): LinkStatus | undefined => status.links.find(({ name }) => name === "bad");

async function badPid(): Promise<number> {
  return near.waitFor((status) => {
    const link = badLink(status);
    return link?.state === "ready" ? link.pid : undefined;
  }, "the hostile link is ready");
}

async function roundTrip(): Promise<number> {
  const before = performance.now();
  await idle.write("ping");
  expect(Buffer.from(await idle.read(4)).toString()).toBe("ping");
  return performance.now() - before;
}

/** Downloads over the good link until then; how many. */
async function transferUntil(deadline: number): Promise<number> {
  let transfers = 0;
  for (; performance.now() < deadline; transfers += 1) {
    using client = await openThrough(socksPort, { host: "127.0.0.1", port: source.port });
    expect(await client.hashToEnd(20_000)).toEqual({
      octets: TRANSFER_OCTETS,
      sha256: seededHash(SEED, TRANSFER_OCTETS),
    });
  }
  return transfers;
}

/** Sends into the hostile link as much as is taken, until then. */
async function pushUntil(deadline: number): Promise<void> {
  const chunk = new Uint8Array(65_536);
  const client = await openThrough(socksPort, { host: BEYOND, port: sink.port }).catch(() => undefined);
  if (client === undefined) return;
  client.socket.on("error", () => {});
  while (performance.now() < deadline && !client.socket.destroyed) {
    const isTaken = client.socket.write(chunk);
    await new Promise((resolve) => setTimeout(resolve, isTaken ? 0 : 20));
  }
  client[Symbol.dispose]();
}

/** Each mode, and what the node says of the link; `undefined`: nothing that a node can tell from bad luck. */
const expected: Readonly<Record<string, RegExp | undefined>> = {
  "garbage frames in bundles": /frames without their neighbour's token/,
  "unknown ports": /from a port that it did not announce/,
  "empty frames in the largest bundles": /packets of no connection/,
  "forged admissions": /packets of strangers/,
  "wrong lengths": /malformed datagrams/,
  "unknown labels": /with an unknown label/,
  "garbage frames one by one": /frames without their neighbour's token/,
  "hellos of strangers": /control messages beyond/,
  "ports that come and go": /lists of ports/,
  "nothing read": /Pings without answer/,
  "packets of no connection": /packets of no connection/,
  "wrong session tokens": /without the session's token/,
  "a thousand ports": /malformed datagrams/,
  "new ports all the time": /new ports beyond/,
  "frames without credit": /without credit, and lost/,
  "an MTU that is not kept": undefined,
  "endless control messages": /control messages beyond/,
  "an MTU of one": /too little for QUIC/,
  "no credit granted": /no credit for any frame/,
  "endless reports of too big frames": /reports of too big frames/,
  "100 MB of short log lines": /lines of its log/,
  "endless credit, and nothing read": /Pings without answer/,
  "an MTU that changes": /lists of ports/,
  "ports with huge names": /control messages beyond/,
  "a log line of 100 MB": undefined,
  "100 MB of structured log lines": /lines of its log/,
  "huge control messages": /control messages beyond/,
};

/** What takes three Pings, or all the credit there was, to be seen. */
const SLOW = /Pings|no credit/;

async function misbehave(mode: string, forMs: number): Promise<{ transfers: number; roundTripMs: number }> {
  const pid = await badPid();
  writeFileSync(orders, JSON.stringify({ mode, forMs } satisfies HostileOrders));
  const deadline = performance.now() + forMs;
  const pushed = pushUntil(deadline);
  process.kill(pid, "SIGUSR2");
  const transferred = transferUntil(deadline);
  const roundTripMs = await roundTrip();
  const transfers = await transferred;
  await pushed;
  return { transfers, roundTripMs };
}

describe("a node with one hostile link", () => {
  test.each(Object.entries(expected))("carries its other flows on: %s", async (mode, reason) => {
    const isForgotten = (status: NodeStatus): boolean => reason?.test(badLink(status)?.degradedReason ?? "") !== true;
    await near.waitFor(isForgotten, `what came before "${mode}" is forgotten`);
    const before = residentOctets(near.process.pid);
    const { transfers, roundTripMs } = await misbehave(mode, SLOW.test(String(reason)) ? SLOW_MS : HOSTILE_MS);
    const status = await near.status();
    expect(transfers).toBeGreaterThan(0);
    expect(roundTripMs).toBeLessThan(ECHO_MAX_MS);
    expect(status?.loopDelayMs.p99).toBeLessThan(loopDelayMaxMs);
    expect(residentOctets(near.process.pid) - before).toBeLessThan(GROWTH_MAX_OCTETS);
    const link = status && badLink(status);
    expect(link?.ports.length).toBeLessThanOrEqual(PORTS_MAX);
    expect(link?.degradedReason ?? "").toMatch(reason ?? /^/);
    expect(status?.links.find(({ name }) => name === "wan")?.degraded).toBe(false);
  });

  test("shows people which link is degraded, and why", async () => {
    await misbehave("garbage frames in bundles", HOSTILE_MS);
    expect((await flor(["links"], near)).stdout).toMatch(/bad is degraded: .*frames without their neighbour's token/);
    expect(near.process.output).toMatch(/"link":"bad","reason":"[^"]+","node":"near","msg":"link-degraded"/);
  });

  test("forgives it, and lets it carry flows again", async () => {
    await near.waitFor((status) => badLink(status)?.degraded === false, "the link is forgiven", FORGIVEN_MAX_MS);
    await near.waitForPeer("third");
    using client = await openThrough(socksPort, { host: BEYOND, port: sink.port });
    await client.write("x");
    client.end();
    expect(Buffer.from(await client.readToEnd()).toString()).toMatch(/^1 /);
  });
});

describe("a link process", () => {
  test("has nothing of its node's environment but what is harmless", async () => {
    const environment = readFileSync(`/proc/${await badPid()}/environ`, "utf8");
    expect(environment).not.toContain(SECRET);
    expect(environment).not.toContain(near.folder);
    const names = environment.split("\0").map((line) => line.split("=")[0] ?? "");
    expect(HARMLESS).toEqual(expect.arrayContaining(names));
  });

  test("shares no file, pipe or socket with its node but its standard input, output and error", async () => {
    const ofNode = new Set(descriptorsOf(near.process.pid).map(([, target]) => target));
    const ofLink = descriptorsOf(await badPid());
    expect(ofLink.filter(([number, target]) => number > 2 && ofNode.has(target))).toEqual([]);
    expect(ofLink.map(([, target]) => target)).not.toContain(near.keyFile);
  });
});

/** Numbers and targets of what a process has open; devices and the kernel's own are nobody's secret. */
function descriptorsOf(pid: number): readonly (readonly [number, string])[] {
  const folder = `/proc/${pid}/fd`;
  const all = readdirSync(folder).map((number) => [Number(number), targetOf(join(folder, number))] as const);
  return all.filter(([, target]) => !target.startsWith("anon_inode:") && !target.startsWith("/dev/"));
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "closed meanwhile";
  }
}
