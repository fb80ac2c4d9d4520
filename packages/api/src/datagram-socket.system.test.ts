/** `createSocket` over two real nodes with real links. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { DatagramRemote, FlorDatagramSocket } from "./datagram-socket.ts";
import { type TwoNodes, twoNodes } from "./two-nodes.testing.ts";

/** Seldom enough that an answer comes between two. */
const SEND_AGAIN = { timeout: 200_000, interval: 200 };

let nodes: TwoNodes;
let target: Socket;
let port: number;

beforeAll(async () => {
  nodes = await twoNodes();
  target = createSocket("udp4").bind(0, "127.0.0.1");
  await once(target, "listening");
  ({ port } = target.address());
  target.on("message", (message, from) => target.send(message, from.port, from.address));
});

afterAll(async () => {
  target.close();
  await nodes[Symbol.asyncDispose]();
});

/** Sends until `text` comes back, since a datagram may be lost; from where it did. */
async function echoOf(socket: FlorDatagramSocket, text: string, send: () => void): Promise<DatagramRemote> {
  let found: DatagramRemote | undefined;
  const take = (message: Buffer, from: DatagramRemote): void => {
    if (message.toString() === text) found = from;
  };
  socket.on("message", take);
  await vi.waitFor(() => {
    send();
    expect(found).toBeDefined();
  }, SEND_AGAIN);
  socket.off("message", take);
  return found!;
}

test("a socket sends as dgram does, and hears from whom an answer is", async () => {
  const socket = nodes.near.createSocket("udp4");
  const sent = Promise.withResolvers<number>();
  const hear = (_error: Error | null, octets: number): void => sent.resolve(octets);
  const from = await echoOf(socket, "hello", () => socket.send("hello", port, "127.0.0.1", hear));
  expect(from).toEqual({ address: "127.0.0.1", family: "IPv4", port, size: 5 });
  expect(await sent.promise).toBe(5);
  await echoOf(socket, "part", () => socket.send(Buffer.from("apartb"), 1, 4, port, "127.0.0.1"));
  await echoOf(socket, "joined", () => socket.send([Buffer.from("join"), "ed"], port));
  const large = "x".repeat(60_000);
  expect((await echoOf(socket, large, () => socket.send(large, port))).size).toBe(60_000);
  const closed = once(socket, "close");
  socket.close();
  await closed;
  expect(() => socket.send("late", port)).toThrow(
    expect.objectContaining({ code: "ERR_SOCKET_DGRAM_NOT_RUNNING" }) as Error,
  );
});

test("a connected socket needs no address, and refuses one", async () => {
  await using socket = nodes.near.createSocket({ type: "udp4" });
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  expect(socket.remoteAddress()).toEqual({ address: "127.0.0.1", family: "IPv4", port });
  await echoOf(socket, "hello", () => socket.send("hello"));
  expect(() => socket.send("hello", port)).toThrow(
    expect.objectContaining({ code: "ERR_SOCKET_DGRAM_IS_CONNECTED" }) as Error,
  );
  socket.disconnect();
  expect(() => socket.remoteAddress()).toThrow(
    expect.objectContaining({ code: "ERR_SOCKET_DGRAM_NOT_CONNECTED" }) as Error,
  );
});

test("a socket tells what does not arrive, and refuses what cannot be sent", async () => {
  await using socket = nodes.near.createSocket();
  const errors = new Set<string>();
  socket.on("error", (error: Error & { code?: string; port?: number }) => errors.add(`${error.code} ${error.port}`));
  await vi.waitFor(() => {
    socket.send("not let out", 53, "192.0.2.1");
    expect(errors).toEqual(new Set(["EACCES 53"]));
  }, SEND_AGAIN);
  expect(() => socket.send("x", 0, "127.0.0.1")).toThrow(RangeError);
  expect(() => socket.send(Buffer.alloc(65_508), port)).toThrow(expect.objectContaining({ code: "EMSGSIZE" }) as Error);
});

test("a signal closes a socket", async () => {
  const controller = new AbortController();
  const socket = nodes.near.createSocket({ signal: controller.signal });
  const closed = once(socket, "close");
  controller.abort();
  await closed;
  expect(() => socket.send("late", port)).toThrow("the socket is closed");
});
