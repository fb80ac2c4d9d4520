/** What becomes of flows when a link or a node dies, stops, or comes back. */
import {
  descendants,
  expectNoLeak,
  type Holdings,
  holdingsOf,
  type NodeProcess,
  seededHash,
  seededOctets,
  type TcpClient,
  TestServer,
} from "@flor/testkit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connectThrough, openThrough } from "./connect-through.ts";
import { FlorPair } from "./flor-pair.ts";
import { isRunning } from "./is-running.ts";
import { linkPid, linkReady } from "./node-log.ts";

const SEED = 11;
const SUSPENDED_MS = 10_000;
/** QUIC's idle timeout, and much more. */
const TOLD_MAX_MS = 200_000;
/** General failure, network unreachable, host unreachable or timed out. */
const REPLIES_OF_ABSENCE = [1, 3, 4];

let pair: FlorPair;
let held: ReadonlyMap<NodeProcess, Holdings>;

beforeEach(async () => {
  pair = await FlorPair.start();
  held = new Map([pair.near, pair.far].map((node) => [node, holdingsOf(node.process.pid)]));
});

afterEach(async () => {
  await pair[Symbol.asyncDispose]();
});

async function expectNothingHeld(...nodes: readonly NodeProcess[]): Promise<void> {
  for (const node of nodes) {
    const before = held.get(node);
    if (before !== undefined) await expectNoLeak(node.process.pid, before);
  }
}

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Resolves once this many octets came; nothing is read. */
async function arrived(client: TcpClient, octets: number): Promise<void> {
  await expect.poll(() => client.buffered, { interval: 5 }).toBeGreaterThan(octets);
}

/** Whether a new flow works. */
async function isEchoed(port: number): Promise<boolean> {
  return expectEcho(pair.socksPort, port).then(
    () => true,
    () => false,
  );
}

async function expectEcho(socksPort: number, port: number): Promise<void> {
  using client = await openThrough(socksPort, { host: "127.0.0.1", port });
  await client.write("ping");
  expect(Buffer.from(await client.read(4)).toString()).toBe("ping");
}

describe("a link process that is killed in the middle of a transfer", () => {
  test.each(["near", "far"] as const)("at %s is back, and the transfer completes", async (side) => {
    const octets = 60_000_000;
    await using source = await TestServer.open({ kind: "source", seed: SEED, octets });
    using client = await openThrough(pair.socksPort, source);
    await arrived(client, 1_000_000);
    const pid = await linkPid(pair[side]);
    const killed = Date.now();
    process.kill(pid, "SIGKILL");
    await linkReady(pair[side], killed);
    expect(await client.hashToEnd()).toEqual({ octets, sha256: seededHash(SEED, octets) });
    client.end();
    await expectNothingHeld(pair.near, pair.far);
  });

  test("again and again loses nothing, up or down", async () => {
    const octets = 30_000_000;
    await using source = await TestServer.open({ kind: "source", seed: SEED, octets });
    await using sink = await TestServer.open({ kind: "sink" });
    using down = await openThrough(pair.socksPort, source);
    using up = await openThrough(pair.socksPort, sink);
    const downloaded = down.hashToEnd();
    const uploaded = up.write(seededOctets(SEED, octets)).then(() => {
      up.end();
      return up.readToEnd();
    });
    for (const side of ["near", "far", "near"] as const) {
      const killed = Date.now();
      process.kill(await linkPid(pair[side]), "SIGKILL");
      await linkReady(pair[side], killed);
    }
    expect(await downloaded).toEqual({ octets, sha256: seededHash(SEED, octets) });
    expect(Buffer.from(await uploaded).toString()).toBe(`${octets} ${seededHash(SEED, octets)}\n`);
    down.end();
    await expectNothingHeld(pair.near, pair.far);
  });
});

describe("a link process that is suspended for 10 s", () => {
  test.each(["near", "far"] as const)("at %s delays a transfer and spoils nothing", async (side) => {
    const octets = 20_000_000;
    await using source = await TestServer.open({ kind: "source", seed: SEED, octets });
    using client = await openThrough(pair.socksPort, source);
    await arrived(client, 100_000);
    const pid = await linkPid(pair[side]);
    process.kill(pid, "SIGSTOP");
    await sleep(SUSPENDED_MS);
    // The node may have killed it for its silence.
    if (isRunning(pid)) process.kill(pid, "SIGCONT");
    expect(await client.hashToEnd()).toEqual({ octets, sha256: seededHash(SEED, octets) });
    client.end();
    await expectNothingHeld(pair.near, pair.far);
  });
});

describe("a far node that is killed", () => {
  test("and comes back resets the clients of its earlier life, and serves new ones", async () => {
    await using source = await TestServer.open({ kind: "source", seed: SEED, octets: 2_000_000_000 });
    await using echo = await TestServer.open({ kind: "echo" });
    using busy = await openThrough(pair.socksPort, source);
    using idle = await openThrough(pair.socksPort, echo);
    await arrived(busy, 100_000);
    await pair.far.process.kill();
    await pair.far.up();
    await expect.poll(() => isEchoed(echo.port)).toBe(true);
    expect(await Promise.all([busy.ended, idle.ended])).toEqual(["reset", "reset"]);
    await expectNothingHeld(pair.near);
    await pair.near.waitFor(({ flows }) => flows.open === 0, "no flow");
  });

  test("takes its link with it", async () => {
    const link = await linkPid(pair.far);
    expect(descendants(pair.far.process.pid)).toEqual([link]);
    await pair.far.process.kill();
    await expect.poll(() => isRunning(link)).toBe(false);
  });

  test("and stays away is told to clients: new ones as a reply, old ones as a reset", async () => {
    await using echo = await TestServer.open({ kind: "echo" });
    using old = await openThrough(pair.socksPort, echo);
    await pair.far.process.kill();
    using fresh = await connectThrough(pair.socksPort, echo, TOLD_MAX_MS);
    expect(REPLIES_OF_ABSENCE).toContain(fresh.reply);
    old.socket.setTimeout(TOLD_MAX_MS, () => old.socket.destroy());
    expect(await old.ended).toBe("reset");
    await expectNothingHeld(pair.near);
  });
});

describe("a near node that is killed", () => {
  test("leaves no flow at the far node, whose targets see a reset", async () => {
    await using echo = await TestServer.open({ kind: "echo" });
    using client = await openThrough(pair.socksPort, echo);
    await client.write("x");
    await client.read(1);
    await pair.near.process.kill();
    await pair.near.up();
    await pair.near.waitForPeer("far");
    await expectEcho(await pair.near.socksPort(), echo.port);
    await expect.poll(() => echo.open).toBe(0);
    await expectNothingHeld(pair.far);
  });
});
