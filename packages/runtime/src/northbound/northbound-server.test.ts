/** Who may open a northbound's socket, and what he does there: the node above attaches all the same, afterwards. */
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createKeyFile, type Config, issueText, parseConfig } from "@flor/config";
import { BOOTSTRAP_MAX_OCTETS, encodeBootstrap } from "@flor/io";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { runNode } from "../run-node.ts";
import type { RunningNode } from "../running-node.ts";
import { BOOTSTRAP_TIMEOUT_MS, CLIENTS_MAX } from "./northbound-server.ts";

const ATTACHED = '{"attached":true,"node":"lower"}\n';

let folder: string;
let lower: RunningNode;
const clients: Socket[] = [];
const ports: DatagramSocket[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "flor-north-"));
  for (const name of ["lower", "upper", "closing"]) createKeyFile(join(folder, `${name}.key`));
  lower = await run("lower", `northbound: [{ name: team, socket: ${socketPath()} }]`);
});

afterEach(() => {
  vi.useRealTimers();
  for (const client of clients.splice(0)) client.destroy();
  for (const port of ports.splice(0)) port.close();
});

afterAll(async () => {
  await lower.close();
  rmSync(folder, { recursive: true });
});

function socketPath(): string {
  return join(folder, "team.socket");
}

function run(name: string, body: string): Promise<RunningNode> {
  return runNode(configOf(`name: ${name}\nkey: ./${name}.key\n${body}\n`), { version: "1", logLevel: "error" });
}

function configOf(text: string): Config {
  const parsed = parseConfig(text, join(folder, "flor.yaml"), false);
  if ("issues" in parsed) throw new Error(parsed.issues.map(issueText).join("\n"));
  return parsed.config;
}

const isAttached = (): boolean | undefined => lower.status().northbounds[0]?.attached;

/** Somebody who opened the socket, and what he was told. */
async function come(): Promise<{ readonly client: Socket; readonly heard: () => string }> {
  let heard = "";
  // Who is refused may be slow to hang up.
  const client = connect({ path: socketPath(), allowHalfOpen: true });
  client.setEncoding("utf8").on("data", (text: string) => (heard += text));
  client.on("error", () => {});
  clients.push(client);
  await once(client, "connect");
  return { client, heard: () => heard };
}

/** The line of a node above whose session would be at a port; nobody speaks Flor IO there. */
function lineOf(nodePort: number, versions: readonly number[] = [1]): string {
  const line = { versions, nodePort, secret: new Uint8Array(32).fill(7), link: "below", incarnation: 1 };
  return encodeBootstrap({ ...line, parentPid: 1, deadlineMs: 5000, stateDir: "", config: {} });
}

/** A UDP port that hears Hello and does not answer. */
async function silentPort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  ports.push(socket);
  return socket.address().port;
}

/** A real node above attaches, and leaves. */
async function expectToServe(): Promise<void> {
  await expect.poll(isAttached).toBe(false);
  const upper = await run("upper", `links: [{ name: below, kind: native, attach: ${socketPath()} }]`);
  await expect.poll(() => upper.status().links[0]?.state).toBe("ready");
  expect(isAttached()).toBe(true);
  await upper.close();
}

describe("a line that is none of a node above is refused in words", () => {
  it.each([
    ["an empty line", "\n", "not a JSON object"],
    ["words", "hello\n", "not a JSON object"],
    ["a request of HTTP", "GET / HTTP/1.1\r\nHost: team\r\n\r\n", "not a JSON object"],
    ["a question for the control socket", '{"method":"status","params":{}}\n', "not a JSON object with flor_io"],
    ["octets that are no text", Buffer.from([0xff, 0xfe, 0, 0x80, 0x0a]), "not a JSON object"],
    ["deep brackets", `${"[".repeat(60_000)}\n`, "not a JSON object"],
    ["a line cut off", `${lineOf(1).slice(0, 40)}\n`, "not a JSON object"],
    ["a version from the future", lineOf(1, [2, 3]), "lower speaks version 1 of Flor IO"],
    ["no version", lineOf(1, []), "lower speaks version 1 of Flor IO"],
    ["a line too long", `${"x".repeat(BOOTSTRAP_MAX_OCTETS + 1)}\n`, "longer than 65536"],
    ["a line too long without end", "x".repeat(BOOTSTRAP_MAX_OCTETS + 1), "longer than 65536"],
  ])("%s", async (_what, said, words) => {
    const { client, heard } = await come();
    client.write(said);
    await once(client, "end");
    expect(JSON.parse(heard())).toEqual({ error: expect.stringContaining(words) });
    await expectToServe();
  });
});

describe("who leaves in the middle leaves the place free", () => {
  const line = lineOf(1);
  it.each([
    ["at once", ""],
    ["within the line", line.slice(0, 30)],
    ["before the answer", line],
  ])("%s", async (_when, said) => {
    for (const leave of ["destroy", "end"] as const) {
      const { client } = await come();
      if (said !== "") client.write(said);
      client[leave]();
    }
    await expectToServe();
  });

  it("after the answer, before its handshake", async () => {
    const { client, heard } = await come();
    client.write(lineOf(await silentPort()));
    await expect.poll(heard).toBe(ATTACHED);
    client.destroy();
    await expectToServe();
  });
});

describe("who keeps a place without need loses it", () => {
  it("when octet by octet his line has no end", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { client } = await come();
    const gone = once(client, "end");
    for (let waited = 0; waited < BOOTSTRAP_TIMEOUT_MS; waited += 1000) {
      client.write("x");
      await new Promise((resolve) => void setImmediate(resolve));
      vi.advanceTimersByTime(1000);
    }
    await gone;
    vi.useRealTimers();
    await expectToServe();
  });

  it("when he says more than his line", async () => {
    const { client, heard } = await come();
    client.write(lineOf(await silentPort()));
    await expect.poll(heard).toBe(ATTACHED);
    const gone = once(client, "end");
    client.write("and another thing\n");
    await gone;
    await expectToServe();
  });
});

it("of a crowd that says nothing a few are let in, the others are told, and a node above is served after them", async () => {
  const crowd: Awaited<ReturnType<typeof come>>[] = [];
  for (let count = 0; count < CLIENTS_MAX * 4; count += 1) crowd.push(await come());
  await expect.poll(() => crowd.filter(({ heard }) => heard() !== "")).toHaveLength(CLIENTS_MAX * 3);
  const told = new Set(crowd.map(({ heard }) => heard()));
  expect([...told].toSorted()).toEqual(["", '{"error":"too many are attaching: try again"}\n']);
  for (const { client } of crowd) client.destroy();
  await expectToServe();
});

it("a socket that closes ends who is at any stage of attaching", async () => {
  const path = join(folder, "closing.socket");
  const closing = await run("closing", `northbound: [{ name: team, socket: ${path} }]`);
  const stages = ["", "{", lineOf(await silentPort())].map((said) => {
    const client = connect(path).on("error", () => {});
    client.resume().write(said);
    return client;
  });
  await Promise.all(stages.map((client) => once(client, "connect")));
  const gone = stages.map((client) => once(client, "close"));
  await closing.close();
  await expect(Promise.all(gone)).resolves.toHaveLength(stages.length);
});
