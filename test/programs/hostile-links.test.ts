/** One link of a node does its worst; the others, the flows over them and the node's memory must not notice. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LinkStatus, NodeStatus } from "@flor/node";
import { NodeProcess, residentOctets, seededHash, TcpClient, TestServer } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freeUdpPort } from "../../apps/flor/src/demo/free-port.ts";
import { openThrough } from "../e2e/connect-through.ts";

const HOSTILE_LINK = fileURLToPath(new URL("hostile-link.ts", import.meta.url));
const HOSTILE_MS = 2500;
const LOOP_DELAY_MAX_MS = 50;
const GROWTH_MAX_OCTETS = 64 * 1024 * 1024;
const ECHO_MAX_MS = 1000;
const SEED = 5;
const TRANSFER_OCTETS = 8_000_000;
/** Destinations of this address go over the hostile link. */
const BEYOND = "127.0.0.2";
const SECRET = "a secret of the node's environment";

const owned = new AsyncDisposableStack();
let near: NodeProcess;
let orders: string;
let source: TestServer;
let echo: TestServer;
let sink: TestServer;
let idle: TcpClient;
let socksPort: number;

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
  "garbage frames in bundles": /without their neighbour's token/,
  "garbage frames one by one": /without their neighbour's token/,
  "empty frames in the largest bundles": undefined,
  "unknown ports": /from a port that it did not announce/,
  "unknown labels": /with an unknown label/,
  "packets of no connection": undefined,
  "forged admissions": /packets of strangers/,
  "wrong lengths": /malformed datagrams/,
  "wrong session tokens": /without the session's token/,
  "hellos of strangers": /malformed|beyond those that are looked at/,
  "frames without credit": /without credit|unknown label/,
  "no credit granted": /no credit for any frame|Pings without answer/,
  "endless credit, and nothing read": undefined,
  "nothing read": undefined,
  "ports that come and go": /lists of ports/,
  "new ports all the time": /lists of ports/,
  "a thousand ports": /malformed/,
  "ports with huge names": /malformed|beyond/,
  "an MTU that is not kept": undefined,
  "an MTU of one": /lists of ports|too little for QUIC/,
  "an MTU that changes": /lists of ports/,
  "endless reports of too big frames": /too big frames/,
  "endless control messages": /beyond those that are looked at/,
  "huge control messages": /malformed|beyond/,
  "100 MB of short log lines": /lines of its log/,
  "100 MB of structured log lines": /lines of its log/,
  "a log line of 100 MB": undefined,
};

describe("a node with one hostile link", () => {
  test.each(Object.entries(expected))("carries its other flows on: %s", async (mode, reason) => {
    const pid = await badPid();
    const before = residentOctets(near.process.pid);
    writeFileSync(orders, JSON.stringify({ mode, forMs: HOSTILE_MS }));
    const deadline = performance.now() + HOSTILE_MS;
    const pushed = pushUntil(deadline);
    process.kill(pid, "SIGUSR2");
    const transferred = transferUntil(deadline);
    const roundTripMs = await roundTrip();
    const transfers = await transferred;
    const status = await near.status();
    await pushed;
    const growth = residentOctets(near.process.pid) - before;
    const link = status && badLink(status);
    expect(transfers).toBeGreaterThan(0);
    expect(roundTripMs).toBeLessThan(ECHO_MAX_MS);
    expect(status?.loopDelayMs.p99).toBeLessThan(LOOP_DELAY_MAX_MS);
    expect(growth).toBeLessThan(GROWTH_MAX_OCTETS);
    expect(link?.degradedReason ?? "").toMatch(reason ?? /^/);
  });
});
