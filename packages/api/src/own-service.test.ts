/** A program that is a client of its own services: nothing crosses a link, and the node answers within the call. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyFile } from "@flor/config";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createNode } from "./create-node.ts";
import type { Flor } from "./flor.ts";
import type { FlorSocket } from "./flor-socket.ts";

const PLACE = { host: "chat.team", port: 80 };

let folder: string;
let node: Flor;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "flor-own-"));
  createKeyFile(join(folder, "alone.key"));
  node = await createNode({ config: { name: "alone", key: "alone.key", services: { network: "team" } }, folder });
  node.listen("chat", {}, (socket) => void socket.end("hello"));
});

afterAll(async () => {
  await node.close();
  rmSync(folder, { recursive: true });
});

test.each<[string, () => FlorSocket]>([
  ["connect", () => node.connect(PLACE)],
  ["socket().connect", () => node.socket().connect(PLACE)],
])("who listens after %s hears that it is connected, and then what comes", async (_, open) => {
  const socket = open();
  const heard: string[] = [String(socket.connecting)];
  for (const event of ["connect", "ready", "data", "end"] as const) socket.on(event, () => void heard.push(event));
  await once(socket, "end");
  expect(heard).toEqual(["true", "connect", "ready", "data", "end"]);
});

test("the callback of connect is called", async () => {
  const socket = node.socket();
  await new Promise<void>((resolve) => void socket.connect(PLACE, resolve));
  expect(socket.connecting).toBe(false);
  await once(socket.resume(), "close");
});

test("fetch finds a service of its own node", async () => {
  const server = createServer((_, response) => void response.end("a page"));
  node.listen("web", {}, (socket) => void server.emit("connection", socket));
  const answer = await fetch("http://web.team/", { dispatcher: node.dispatcher });
  expect(await answer.text()).toBe("a page");
});
