/** How TCP connections end through two nodes, compared with how they end without: the same octets, and the same end. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FlorPair } from "./flor-pair.ts";

/** What one side does once the other has said something. */
interface Ending {
  readonly name: string;
  readonly octets: number;
  end(socket: Socket): Promise<void>;
}

/** Long enough for what was written to be with the other kernel. */
const DELIVERED_MS = 200;
const READER_SLOW_MS = 300;
/** The method, and success with an IPv4 address: RFC 1928 sections 3 and 6. */
const REPLY_OCTETS = 2 + 10;

const fin = async (socket: Socket): Promise<void> => void socket.end();
const rst = async (socket: Socket): Promise<void> => {
  await delay(DELIVERED_MS);
  socket.resetAndDestroy();
};
const rstAtOnce = async (socket: Socket): Promise<void> => void socket.resetAndDestroy();

const ENDINGS: readonly Ending[] = [
  { name: "FIN behind nothing", octets: 0, end: fin },
  { name: "FIN behind 100 octets", octets: 100, end: fin },
  { name: "FIN behind 3 MB", octets: 3_000_000, end: fin },
  { name: "RST behind nothing", octets: 0, end: rst },
  { name: "RST right behind 100 octets", octets: 100, end: rstAtOnce },
  { name: "RST behind 100 octets", octets: 100, end: rst },
  { name: "RST behind 60 kB", octets: 60_000, end: rst },
];

/** What a reader has of a connection in the end. */
interface Seen {
  readonly octets: number;
  readonly end: "FIN" | "RST";
}

let pair: FlorPair;
beforeAll(async () => {
  pair = await FlorPair.start();
}, 60_000);
afterAll(async () => {
  await pair[Symbol.asyncDispose]();
});

/** Reads to the end, and tells a RST by what a write does after it: node:net takes one behind octets for a FIN. */
async function readAll(socket: Socket, isSlow: boolean): Promise<Seen> {
  let octets = 0;
  const state = { isReset: false };
  socket.on("error", () => (state.isReset = true));
  if (isSlow) await delay(READER_SLOW_MS);
  const over = new Promise<void>((resolve) => {
    socket.on("data", (chunk: Buffer) => (octets += chunk.length));
    socket.once("end", resolve);
    socket.once("close", () => resolve());
  });
  socket.resume();
  await over;
  // Twice: the first of two writes to a connection that was reset may still be taken.
  for (let write = 0; write < 2 && !state.isReset && !socket.destroyed; write += 1) {
    socket.write("?");
    await delay(50);
  }
  socket.destroy();
  return { octets, end: state.isReset ? "RST" : "FIN" };
}

async function finish(socket: Socket, ending: Ending): Promise<void> {
  socket.on("error", () => {});
  if (ending.octets > 0)
    await new Promise<void>((resolve) => void socket.write(Buffer.alloc(ending.octets, 7), () => resolve()));
  await ending.end(socket);
}

/** What the client sees of a target that ends. */
async function downward(ending: Ending, dial: (port: number) => Promise<Socket>): Promise<Seen> {
  await using server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.once("data", () => void finish(socket, ending));
    socket.on("error", () => {});
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const socket = await dial((server.address() as AddressInfo).port);
  socket.write("!");
  return await readAll(socket, false);
}

/** What the target sees of a client that ends. */
async function upward(ending: Ending, dial: (port: number) => Promise<Socket>, isSlow: boolean): Promise<Seen> {
  const seen = Promise.withResolvers<Seen>();
  await using server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    void readAll(socket, isSlow).then(seen.resolve, seen.reject);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const socket = await dial((server.address() as AddressInfo).port);
  socket.resume();
  await finish(socket, ending);
  return await seen.promise;
}

async function direct(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  await once(socket, "connect");
  return socket;
}

/** The same through both nodes: SOCKS5 by hand, since the socket itself is looked at. */
async function through(port: number): Promise<Socket> {
  const socket = await direct(pair.socksPort);
  socket.write(Uint8Array.of(5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, port >> 8, port & 0xff));
  let replies = Buffer.alloc(0);
  while (replies.length < REPLY_OCTETS) {
    const [chunk] = (await once(socket, "data")) as [Buffer];
    socket.pause();
    replies = Buffer.concat([replies, chunk]);
    if (replies.length < REPLY_OCTETS) socket.resume();
  }
  expect(replies[3]).toBe(0);
  if (replies.length > REPLY_OCTETS) socket.unshift(replies.subarray(REPLY_OCTETS));
  return socket;
}

test.each(ENDINGS)("$name, of a target, is the same for the client", async (ending) => {
  const wanted = await downward(ending, direct);
  expect(await downward(ending, through)).toEqual(wanted);
  expect(wanted.octets).toBe(ending.octets);
});

describe.each([false, true])("to a target that is slow: %s", (isSlow) => {
  test.each(ENDINGS)("$name, of a client, is the same", async (ending) => {
    const wanted = await upward(ending, direct, isSlow);
    expect(await upward(ending, through, isSlow)).toEqual(wanted);
    expect(wanted.octets).toBe(ending.octets);
  });
});
