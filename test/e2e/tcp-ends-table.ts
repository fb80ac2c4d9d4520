/** The table of how TCP connections end, and what is seen of each end through a SOCKS5 server. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** What one side does once the other has said something. */
export interface Ending {
  readonly name: string;
  readonly octets: number;
  /** How the other side sees it. */
  readonly seen: Seen["end"];
  end(socket: Socket): Promise<void>;
}

/** Long enough for what was written to be with the other kernel. */
const DELIVERED_MS = 200;
const READER_SLOW_MS = 300;
/** Through two nodes, or from a program, a RST takes its time. */
const RST_WITHIN_MS = 30_000;
/** The method, and success with an IPv4 address: RFC 1928 sections 3 and 6. */
const METHOD_OCTETS = 2;
const REPLY_OCTETS = METHOD_OCTETS + 10;

/** Connects to this port of loopback. */
type Dial = (port: number) => Promise<Socket>;

const fin = async (socket: Socket): Promise<void> => void socket.end();
const rst = async (socket: Socket): Promise<void> => {
  await delay(DELIVERED_MS);
  socket.resetAndDestroy();
};
const rstAtOnce = async (socket: Socket): Promise<void> => void socket.resetAndDestroy();

export const ENDINGS: readonly Ending[] = [
  { name: "FIN behind nothing", octets: 0, seen: "FIN", end: fin },
  { name: "FIN behind 100 octets", octets: 100, seen: "FIN", end: fin },
  { name: "FIN behind 3 MB", octets: 3_000_000, seen: "FIN", end: fin },
  { name: "RST behind nothing", octets: 0, seen: "RST", end: rst },
  { name: "RST right behind 100 octets", octets: 100, seen: "RST", end: rstAtOnce },
  { name: "RST behind 100 octets", octets: 100, seen: "RST", end: rst },
  { name: "RST behind 60 kB", octets: 60_000, seen: "RST", end: rst },
];

/** What a reader has of a connection in the end. */
export interface Seen {
  readonly octets: number;
  readonly end: "FIN" | "RST";
}

/** Reads to the end, and tells a RST by what a write does after it: node:net takes one behind octets for a FIN. */
async function readAll(socket: Socket, isSlow: boolean, expected: Seen["end"]): Promise<Seen> {
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
  // More than once: the first write to a connection that was reset may still be taken. One that ended takes all.
  const until = performance.now() + (expected === "RST" ? RST_WITHIN_MS : 0);
  for (let write = 0; (write < 2 || performance.now() < until) && !state.isReset && !socket.destroyed; write += 1) {
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

/** What the client sees of a target that ends. @param expected is waited for */
export async function downward(ending: Ending, dial: Dial, expected: Seen["end"]): Promise<Seen> {
  await using server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.once("data", () => void finish(socket, ending));
    socket.on("error", () => {});
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const socket = await dial((server.address() as AddressInfo).port);
  socket.write("!");
  return await readAll(socket, false, expected);
}

/** What the target sees of a client that ends. @param expected is waited for */
export async function upward(ending: Ending, dial: Dial, isSlow: boolean, expected: Seen["end"]): Promise<Seen> {
  const seen = Promise.withResolvers<Seen>();
  await using server = createServer({ allowHalfOpen: true, pauseOnConnect: true }, (socket) => {
    void readAll(socket, isSlow, expected).then(seen.resolve, seen.reject);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const socket = await dial((server.address() as AddressInfo).port);
  socket.resume();
  await finish(socket, ending);
  return await seen.promise;
}

/** Without anything between. */
export async function direct(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  await once(socket, "connect");
  return socket;
}

/** Through the SOCKS5 server on this port: by hand, since the socket itself is looked at. */
export function through(socksPort: number): Dial {
  return async (port) => {
    const socket = await direct(socksPort);
    socket.write(Uint8Array.of(5, 1, 0));
    let replies = await readSome(socket, METHOD_OCTETS, Buffer.alloc(0));
    socket.write(Uint8Array.of(5, 1, 0, 1, 127, 0, 0, 1, port >> 8, port & 0xff));
    replies = await readSome(socket, REPLY_OCTETS, replies);
    if (replies[3] !== 0) throw new Error(`SOCKS5 reply ${replies[3]}`);
    if (replies.length > REPLY_OCTETS) socket.unshift(replies.subarray(REPLY_OCTETS));
    return socket;
  };
}

async function readSome(socket: Socket, octets: number, before: Buffer): Promise<Buffer> {
  let all = before;
  while (all.length < octets) {
    socket.resume();
    const [chunk] = (await once(socket, "data")) as [Buffer];
    socket.pause();
    all = Buffer.concat([all, chunk]);
  }
  return all;
}
