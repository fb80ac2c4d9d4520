/** Flows beside other flows, through two nodes on loopback. */
import { expectNoLeak, holdingsOf, seededHash, seededOctets, TcpClient, TestServer } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectThrough, openThrough } from "./connect-through.ts";
import { FlorPair } from "./flor-pair.ts";

const BULK_OCTETS = 200_000_000;
const CHUNK = seededOctets(1, 1 << 20);
const FLOWS = 100;

let pair: FlorPair;

beforeAll(async () => {
  pair = await FlorPair.start();
});

afterAll(async () => {
  await pair[Symbol.asyncDispose]();
});

/** Opens flows one after another, and says what each of them came to. */
async function openFlows(port: number): Promise<Record<string, number>> {
  const outcomes: Record<string, number> = {};
  for (let index = 0; index < FLOWS; index += 1) {
    using flow = await connectThrough(pair.socksPort, { host: "127.0.0.1", port });
    const outcome = flow.reply === 0 ? await echo(flow.client) : `reply ${flow.reply}`;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  }
  return outcomes;
}

async function echo(client: TcpClient): Promise<string> {
  await client.write("ping");
  return Buffer.from(await client.read(4)).toString();
}

async function writeUntil(client: TcpClient, isEnough: () => boolean): Promise<number> {
  let octets = 0;
  for (; !isEnough(); octets += CHUNK.length) await client.write(CHUNK);
  client.end();
  return octets;
}

describe("while one flow fills the connection between the nodes", () => {
  test("with a download, others open and carry", async () => {
    await using source = await TestServer.open({ kind: "source", seed: 7, octets: BULK_OCTETS });
    await using target = await TestServer.open({ kind: "echo" });
    const held = holdingsOf(pair.far.process.pid);
    using bulk = await openThrough(pair.socksPort, source);
    const whole = bulk.hashToEnd();
    expect(await openFlows(target.port)).toEqual({ ping: FLOWS });
    expect(await whole).toEqual({ octets: BULK_OCTETS, sha256: seededHash(7, BULK_OCTETS) });
    bulk.end();
    await expectNoLeak(pair.far.process.pid, held);
  });

  test("with an upload, others open and carry", async () => {
    await using sink = await TestServer.open({ kind: "sink" });
    await using target = await TestServer.open({ kind: "echo" });
    const held = holdingsOf(pair.near.process.pid);
    using bulk = await openThrough(pair.socksPort, sink);
    let isDone = false;
    const written = writeUntil(bulk, () => isDone);
    const outcomes = await openFlows(target.port);
    isDone = true;
    expect(outcomes).toEqual({ ping: FLOWS });
    const octets = await written;
    expect(Buffer.from(await bulk.readToEnd()).toString()).toMatch(new RegExp(`^${octets} `));
    bulk[Symbol.dispose]();
    await expectNoLeak(pair.near.process.pid, held);
  });

  test("with a download that its client does not read, others open and carry, and the buffers stay bounded", async () => {
    await using source = await TestServer.open({ kind: "source", seed: 8, octets: BULK_OCTETS });
    await using target = await TestServer.open({ kind: "echo" });
    using stalled = await openThrough(pair.socksPort, source);
    stalled.socket.pause();
    expect(await openFlows(target.port)).toEqual({ ping: FLOWS });
    stalled.socket.resume();
    expect(await stalled.hashToEnd()).toEqual({ octets: BULK_OCTETS, sha256: seededHash(8, BULK_OCTETS) });
  });
});
