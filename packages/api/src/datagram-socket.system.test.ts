/** `createSocket` over two real nodes with real links. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DatagramRemote, FlorDatagramSocket } from "./datagram-socket.ts";
import { type TwoNodes, twoNodes } from "./two-nodes.testing.ts";

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

async function answerTo(socket: FlorDatagramSocket): Promise<{ readonly text: string; readonly from: DatagramRemote }> {
  const [message, from] = await once(socket, "message");
  return { text: (message as Buffer).toString(), from: from as DatagramRemote };
}

test("a socket sends as dgram does, and hears from whom an answer is", async () => {
  const socket = nodes.near.createSocket("udp4");
  const sent = Promise.withResolvers<number>();
  socket.send("hello", port, "127.0.0.1", (_error, octets) => sent.resolve(octets));
  expect(await answerTo(socket)).toEqual({
    text: "hello",
    from: { address: "127.0.0.1", family: "IPv4", port, size: 5 },
  });
  expect(await sent.promise).toBe(5);
  socket.send(Buffer.from("xhellox"), 1, 5, port, "127.0.0.1");
  expect((await answerTo(socket)).text).toBe("hello");
  socket.send([Buffer.from("he"), "llo"], port);
  expect((await answerTo(socket)).text).toBe("hello");
  socket.send(Buffer.alloc(60_000), port);
  expect((await answerTo(socket)).from.size).toBe(60_000);
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
  socket.send("hello");
  expect((await answerTo(socket)).text).toBe("hello");
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
  const errors: unknown[] = [];
  socket.on("error", (error: Error & { code?: string; port?: number }) => errors.push(`${error.code} ${error.port}`));
  socket.send("not let out", 53, "192.0.2.1");
  await expect.poll(() => errors, { timeout: 20_000 }).toEqual(["EACCES 53"]);
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
