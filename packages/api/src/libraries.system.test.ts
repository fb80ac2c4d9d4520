/**
 * Libraries that people use, over the sockets of a node: fetch, undici, ws, TLS, HTTP/2, fastify, and
 * ioredis and pg with their real servers.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { connect as connectHttp2, createServer as createHttp2Server } from "node:http2";
import { createServer as createHttpsServer, request } from "node:https";
import { connect, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, Postgres, requireTools } from "@flor/testkit";
import fastify from "fastify";
import { Redis } from "ioredis";
import { Client } from "pg";
import { Agent, fetch as fetchOfUndici } from "undici";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { type TwoNodes, twoNodes } from "./two-nodes.testing.ts";

let nodes: TwoNodes;
const servers: Pick<Server, "close">[] = [];

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

test("Node's own fetch goes through the node by its dispatcher", async () => {
  const port = await listen(createHttpServer((asked, answer) => asked.pipe(answer)));
  const { dispatcher } = nodes.near;
  const [first, second] = await Promise.all(
    ["hello", "x".repeat(300_000)].map((body) =>
      fetch(`http://127.0.0.1:${port}/`, { method: "POST", body, dispatcher }),
    ),
  );
  expect([await first?.text(), (await second?.text())?.length]).toEqual(["hello", 300_000]);
  expect(nodes.far.status().flows.opened).toBeGreaterThan(0);
  await expect(fetch(`http://127.0.0.1:${await freePort()}/`, { dispatcher })).rejects.toMatchObject({
    cause: { code: "ECONNREFUSED" },
  });
});

test("undici fetches through the node", async () => {
  const port = await listen(createHttpServer((asked, answer) => asked.pipe(answer)));
  const dispatcher = new Agent({ connect: nodes.near.undiciConnect });
  const answer = await fetchOfUndici(`http://127.0.0.1:${port}/`, { method: "POST", body: "hello", dispatcher });
  expect(await answer.text()).toBe("hello");
  await dispatcher.close();
});

test("undici names a target that refuses", async () => {
  const dispatcher = new Agent({ connect: nodes.near.undiciConnect });
  const port = await freePort();
  await expect(fetchOfUndici(`http://127.0.0.1:${port}/`, { dispatcher })).rejects.toMatchObject({
    cause: { code: "ECONNREFUSED" },
  });
  await dispatcher.close();
});

test("ws speaks through the node", async () => {
  const server = createHttpServer();
  const sockets = new WebSocketServer({ server });
  sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  const port = await listen(server);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {
    createConnection: () => nodes.near.connect(port, "127.0.0.1"),
  });
  await once(socket, "open");
  socket.send("x".repeat(100_000));
  const [data] = (await once(socket, "message")) as [Buffer];
  expect(data.length).toBe(100_000);
  socket.close();
  await once(socket, "close");
  sockets.close();
});

test("HTTP/2 goes through the node", async () => {
  const server = createHttp2Server();
  server.on("stream", (stream) => stream.end("two"));
  const port = await listen(server);
  const client = connectHttp2(`http://127.0.0.1:${port}`, {
    createConnection: () => nodes.near.connect(port, "127.0.0.1"),
  });
  const stream = client.request({ ":path": "/" });
  const [chunk] = (await once(stream, "data")) as [Buffer];
  expect(chunk.toString()).toBe("two");
  client.close();
});

test("https.request with the node's agent speaks TLS with the target itself", async () => {
  requireTools(["openssl"]);
  const folder = mkdtempSync(join(tmpdir(), "flor-api-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const make = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", [...make, ...subject, "-keyout", key, "-out", cert], { stdio: "ignore" });
  const pem = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  const port = await listen(createHttpsServer(pem, (_asked, answer) => answer.end("secret")));
  const wanted = { host: "127.0.0.1", port, servername: "localhost", ca: pem.cert, agent: nodes.near.httpsAgent };
  const asked = request(wanted);
  asked.end();
  const [answer] = (await once(asked, "response")) as [AsyncIterable<Buffer>];
  for await (const chunk of answer) expect(chunk.toString()).toBe("secret");
});

test("ioredis speaks with a real Redis through the node", async () => {
  requireTools(["redis-server"]);
  const port = await freePort();
  const server = spawn("redis-server", ["--port", `${port}`, "--save", "", "--bind", "127.0.0.1"], { stdio: "ignore" });
  await vi.waitFor(() => once(connect(port, "127.0.0.1"), "connect"), { timeout: 200_000 });
  /** Connects by the node; the rest is ioredis'. */
  class ThroughFlor {
    firstError: Error | undefined;
    check = (): boolean => true;
    disconnect = (): void => undefined;
    connect = (): Promise<unknown> => Promise.resolve(nodes.near.connect(port, "127.0.0.1"));
  }
  const redis = new Redis({ Connector: ThroughFlor as never });
  await redis.set("flower", "flor");
  const pipelined = redis.pipeline();
  for (let index = 0; index < 1000; index += 1) pipelined.incr("count");
  await pipelined.exec();
  expect([await redis.get("flower"), await redis.get("count")]).toEqual(["flor", "1000"]);
  redis.disconnect();
  server.kill();
});

test("pg speaks with a real PostgreSQL through the node", async () => {
  await using server = await Postgres.start(await freePort());
  const stream = (): never => nodes.near.socket() as never;
  const client = new Client({ host: "127.0.0.1", port: server.port, user: "postgres", database: "postgres", stream });
  await client.connect();
  await client.query("create table flowers (number int, name text)");
  await client.query("insert into flowers select n, repeat('x', $1) from generate_series(1, 5000) n", [200]);
  const { rows } = await client.query<{ number: number; name: string }>("select * from flowers order by number");
  expect([rows.length, rows.at(-1)]).toEqual([5000, { number: 5000, name: "x".repeat(200) }]);
  await expect(client.query("select nothing from nowhere")).rejects.toMatchObject({ code: "42P01" });
  await client.end();
  const refused = new Client({ host: "127.0.0.1", port: await freePort(), user: "postgres", stream });
  await expect(refused.connect()).rejects.toMatchObject({ code: "ECONNREFUSED" });
});

test("fastify serves the clients of a service", async () => {
  const server = createHttpServer();
  const app = fastify({
    serverFactory: (handle) => server.on("request", handle),
  });
  app.post("/length", async ({ body, ip }) => ({ length: (body as string).length, ip }));
  await app.ready();
  const service = nodes.far.listen("web", {}, (socket) => server.emit("connection", socket));
  await vi.waitUntil(() => isPublished("web.team"), { timeout: 200_000 });
  const asked = { method: "POST", headers: { "content-type": "text/plain" }, dispatcher: nodes.near.dispatcher };
  for (const size of [1, 200_000]) {
    const answer = await fetch("http://web.team/length", { ...asked, body: "x".repeat(size) });
    expect(await answer.json()).toEqual({ length: size, ip: "near" });
  }
  service.close();
  await app.close();
});

function isPublished(name: string): boolean {
  try {
    return nodes.near.lookup(name).publishers.length > 0;
  } catch {
    return false;
  }
}
