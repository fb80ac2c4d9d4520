/** The library over two real nodes with real links, and the libraries that people use above it. */
import { once } from "node:events";
import { createServer, request } from "node:http";
import { createServer as createTcpServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNode } from "./create-node.ts";
import type { FlorSocket } from "./flor-socket.ts";
import type { SocketPair } from "./socket-case.testing.ts";
import { SOCKET_CASES } from "./socket-cases.testing.ts";
import { netPair } from "./socket-pairs.testing.ts";
import { type TwoNodes, twoNodes } from "./two-nodes.testing.ts";

let nodes: TwoNodes;
const servers: Server[] = [];

beforeAll(async () => {
  nodes = await twoNodes();
});

afterAll(async () => {
  for (const server of servers) server.close();
  await nodes[Symbol.asyncDispose]();
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as { port: number }).port;
}

/** How the case ended, where it did not end by itself. */
async function play(index: number, pair: SocketPair): Promise<unknown[]> {
  const seen: unknown[] = [];
  try {
    await SOCKET_CASES[index]!.play(pair, (what) => seen.push(what));
    return seen;
  } finally {
    for (const socket of [pair.client, pair.server]) {
      socket.on("error", () => undefined);
      socket.destroy();
    }
  }
}

/** Our socket at the client's side, TCP's at the server's. */
async function florPair(allowHalfOpen: boolean): Promise<SocketPair> {
  const server = createTcpServer({ allowHalfOpen });
  const port = await listen(server);
  const accepted = once(server, "connection") as Promise<[Socket]>;
  const client = nodes.near.connect({ host: "127.0.0.1", port, allowHalfOpen });
  await once(client, "connect");
  const [socket] = await accepted;
  return { client, server: socket };
}

describe("through two nodes", () => {
  test.each(SOCKET_CASES.map(({ title }, index) => [title, index] as const))("%s", async (_title, index) => {
    const { allowHalfOpen = false } = SOCKET_CASES[index]!;
    const ofNet = await play(index, await netPair(allowHalfOpen));
    expect(await play(index, await florPair(allowHalfOpen))).toEqual(ofNet);
  });

  test("a connection knows its addresses", async () => {
    const { client, server } = await florPair(false);
    expect([client.remoteAddress, client.remotePort]).toEqual(["127.0.0.1", (server as Socket).localPort]);
    expect((client as FlorSocket).address()).toMatchObject({
      address: "127.0.0.1",
      port: (server as Socket).remotePort,
    });
    client.destroy();
  });

  test.each([
    ["refused", { host: "127.0.0.1", port: 1 }, "ECONNREFUSED"],
    ["not allowed", { host: "192.0.2.1", port: 80 }, "EACCES"],
  ])("a target that is %s fails with the code of Node's", async (_what, target, code) => {
    const socket = nodes.near.connect(target);
    const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
    expect(error).toMatchObject({ code, syscall: "connect" });
  });

  test.each([
    [{ host: "db", port: 0 }, "ERR_SOCKET_BAD_PORT"],
    [{ host: "db", port: 65_536 }, "ERR_SOCKET_BAD_PORT"],
    [{ host: "", port: 80 }, "ERR_INVALID_ARG_VALUE"],
    [{ host: 5 as unknown as string, port: 80 }, "ERR_INVALID_ARG_TYPE"],
  ])("%j throws", (target, code) => {
    expect(() => nodes.near.connect(target)).toThrow(expect.objectContaining({ code }));
  });

  test("an attempt that is aborted ends with an AbortError", async () => {
    const controller = new AbortController();
    const socket = nodes.near.connect({ host: "127.0.0.1", port: 1, signal: controller.signal });
    controller.abort();
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.name).toBe("AbortError");
  });

  test("http.request with the node's agent keeps a connection for several requests", async () => {
    const ports = new Set<number | undefined>();
    const port = await listen(
      // It closes no connection by itself, however long a busy machine takes from one request to the next.
      createServer({ keepAliveTimeout: 0 }, (asked, answer) => {
        ports.add(asked.socket.remotePort);
        asked.pipe(answer);
      }),
    );
    for (let round = 0; round < 3; round += 1) {
      const asked = request({ host: "127.0.0.1", port, method: "POST", agent: nodes.near.httpAgent });
      asked.end(`round ${round}`);
      const [answer] = (await once(asked, "response")) as [AsyncIterable<Buffer>];
      const chunks: Buffer[] = [];
      for await (const chunk of answer) chunks.push(chunk);
      expect(Buffer.concat(chunks).toString()).toBe(`round ${round}`);
    }
    expect(ports.size).toBe(1);
  });

  test("a thousand connections opened and closed leave nothing open", async () => {
    const port = await listen(createTcpServer((socket) => socket.end("x")));
    // Flows of earlier tests are closing, or kept for later requests.
    nodes.near.httpAgent.destroy();
    const open = (): number => nodes.near.status().flows.open;
    await expect.poll(open).toBe(0);
    for (let batch = 0; batch < 20; batch += 1) {
      const sockets = Array.from({ length: 50 }, () => nodes.near.connect(port, "127.0.0.1").resume());
      await Promise.all(sockets.map((socket) => once(socket, "close")));
    }
    await expect.poll(open).toBe(0);
  });
});

test("a node that is closed opens no connection, and closing twice is closing once", async () => {
  const own = await twoNodes();
  await own[Symbol.asyncDispose]();
  await own.near.close();
  expect(() => own.near.connect(80, "127.0.0.1")).toThrow(expect.objectContaining({ code: "ERR_FLOR_CLOSED" }));
});

test("a configuration that cannot be is said whole", async () => {
  await expect(createNode({ config: { name: "a b" } })).rejects.toMatchObject({ code: "ERR_FLOR_CONFIG" });
  await expect(createNode({ config: "links: [" })).rejects.toThrow("config");
  await expect(createNode({})).rejects.toMatchObject({ code: "ERR_INVALID_ARG_VALUE" });
});
