import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { listenTcp } from "./listen-tcp.ts";
import type { TcpStream } from "./tcp-stream.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-unix-"));
});

afterEach(() => rmSync(folder, { recursive: true }));

it("a client of a Unix socket is reset as far as it can be: it sees the end, and the listener goes on", async () => {
  const path = join(folder, "s.sock");
  const streams: TcpStream[] = [];
  const listener = await listenTcp({
    address: path,
    port: 0,
    bind: async (server) => void (await once(server.listen(path), "listening")),
    handleConnection: (stream, from) => {
      expect(from).toBe("");
      streams.push(stream);
      stream.reset();
    },
  });
  for (const _ of [1, 2]) {
    const client = connect(path);
    client.on("error", () => {}).resume();
    await once(client, "close");
  }
  expect([streams.length, listener.address]).toEqual([2, path]);
  await listener.close();
});
