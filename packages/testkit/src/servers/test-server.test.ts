import { expect, test } from "vitest";
import { TcpClient } from "../tcp-client.ts";
import { seededHash, seededOctets } from "./seeded-octets.ts";
import { TestServer } from "./test-server.ts";

test("an echo server sends back, and ends when the client does", async () => {
  await using server = await TestServer.open({ kind: "echo" });
  using client = await TcpClient.connect(server.port);
  await client.write("hello");
  expect(String(await client.read(5))).toBe("hello");
  client.end();
  expect(await client.ended).toBe("fin");
});

test("a sink says what it read, after half-close", async () => {
  await using server = await TestServer.open({ kind: "sink" });
  using client = await TcpClient.connect(server.port);
  await client.write(seededOctets(3, 300_000));
  client.end();
  expect(String(await client.readToEnd())).toBe(`300000 ${seededHash(3, 300_000)}\n`);
});

test("a source sends what its seed says", async () => {
  await using server = await TestServer.open({ kind: "source", seed: 9, octets: 1_000_001 });
  using client = await TcpClient.connect(server.port);
  expect(await client.hashToEnd()).toEqual({ octets: 1_000_001, sha256: seededHash(9, 1_000_001) });
});

test("a resetting server resets, after what it was told to read", async () => {
  await using server = await TestServer.open({ kind: "resetting", afterOctets: 3 });
  using client = await TcpClient.connect(server.port);
  await client.write("ab");
  await client.write("c");
  expect(await client.ended).toBe("reset");
});

test("a stalled server accepts, and neither reads nor ends", async () => {
  await using server = await TestServer.open({ kind: "stalled" });
  using client = await TcpClient.connect(server.port);
  await client.write("anybody there?");
  await expect(client.read(1, 50)).rejects.toThrow("50 ms passed before 1 octets");
  await expect.poll(() => server.open).toBe(1);
});

test("a slow server takes its time", async () => {
  await using server = await TestServer.open({ kind: "slow", seed: 1, octets: 50, chunkOctets: 10, intervalMs: 10 });
  const start = performance.now();
  using client = await TcpClient.connect(server.port);
  expect(await client.readToEnd()).toEqual(Buffer.from(seededOctets(1, 50)));
  expect(performance.now() - start).toBeGreaterThan(35);
});

test("an HTTP server has its pages and no other", async () => {
  await using server = await TestServer.open({ kind: "http", pages: { "/": "<h1>hello</h1>" } });
  const found = await fetch(`http://127.0.0.1:${server.port}/`);
  expect(await found.text()).toBe("<h1>hello</h1>");
  expect((await fetch(`http://127.0.0.1:${server.port}/other`)).status).toBe(404);
});

test("a server that is disposed leaves no connection", async () => {
  const server = await TestServer.open({ kind: "stalled" });
  using client = await TcpClient.connect(server.port);
  await expect.poll(() => server.open).toBe(1);
  await server[Symbol.asyncDispose]();
  await client.ended;
  await expect(TcpClient.connect(server.port)).rejects.toThrow("ECONNREFUSED");
});
