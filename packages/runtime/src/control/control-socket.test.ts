import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { connect, Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { askControlSocket } from "./control-client.ts";
import { CONTROL_REQUEST_MAX_OCTETS, decodeControlRequest, encodeControlRequest } from "./control-protocol.ts";
import {
  CLIENT_IDLE_MS,
  CONTROL_CLIENTS_MAX,
  openControlSocket,
  type ControlMethods,
  type ControlSocket,
} from "./control-socket.ts";
import { controlSocketNames, controlSocketPath, makeRuntimeFolder, runtimeFolder } from "./runtime-folder.ts";

let parent: string;
let folder: string;
let path: string;
const opened: ControlSocket[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "flor-control-"));
  folder = join(parent, "flor");
  path = controlSocketPath(folder, "laptop");
});

afterEach(async () => {
  for (const socket of opened.splice(0)) await socket.close();
  rmSync(parent, { recursive: true, force: true });
});

async function open(methods: ControlMethods = { status: () => ({ name: "laptop" }) }): Promise<ControlSocket> {
  const socket = await openControlSocket(path, methods);
  opened.push(socket);
  return socket;
}

/** What the node answers to raw octets, until it closes. */
async function rawAnswer(text: string): Promise<string> {
  const client = connect(path);
  client.setEncoding("utf8");
  client.end(text);
  let answer = "";
  client.on("data", (chunk: string) => (answer += chunk));
  await once(client, "close");
  return answer;
}

test("a node answers over a socket that only its user can open", async () => {
  await open();
  expect(await askControlSocket(path, { method: "status", params: {} })).toEqual({ name: "laptop" });
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(controlSocketNames(folder)).toEqual(["laptop"]);
});

test("closing leaves neither socket nor folder", async () => {
  const socket = await open();
  await socket.close();
  opened.pop();
  expect(existsSync(folder)).toBe(false);
});

test("a socket that a killed node left is taken over", async () => {
  makeRuntimeFolder(folder);
  const listen = "require('node:net').createServer().listen(process.argv[1], () => process.stdout.write('up'))";
  const killed = spawn(process.execPath, ["-e", listen, path], { stdio: ["ignore", "pipe", "inherit"] });
  await once(killed.stdout, "data");
  killed.kill("SIGKILL");
  await once(killed, "exit");
  expect(existsSync(path)).toBe(true);
  await open();
  expect(await askControlSocket(path, { method: "status", params: {} })).toEqual({ name: "laptop" });
});

test("a live node keeps its socket", async () => {
  await open();
  await expect(openControlSocket(path, {})).rejects.toThrow(/a node already listens on/);
  expect(await askControlSocket(path, { method: "status", params: {} })).toEqual({ name: "laptop" });
});

test("a node starts while another one stops and removes the folder that was empty", async () => {
  makeRuntimeFolder(folder);
  writeFileSync(path, "");
  // It finds its name taken, and asks by whom.
  const opening = open();
  rmSync(folder, { recursive: true });
  await opening;
  expect(await askControlSocket(path, { method: "status", params: {} })).toEqual({ name: "laptop" });
});

test("of two nodes of one name that start at once, one starts", async () => {
  const outcomes = await Promise.allSettled([open(), open()]);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  expect(await askControlSocket(path, { method: "status", params: {} })).toEqual({ name: "laptop" });
});

test("a folder that others may use is refused", () => {
  mkdirSync(folder, { mode: 0o700 });
  chmodSync(folder, 0o755);
  expect(() => makeRuntimeFolder(folder)).toThrow(/is open to other users: remove it/);
  rmSync(folder, { recursive: true });
  symlinkSync(parent, folder);
  expect(() => makeRuntimeFolder(folder)).toThrow(/is not a folder/);
});

test("a path longer than the system takes is refused with what to do", () => {
  expect(() => controlSocketPath(`/${"x".repeat(100)}`, "laptop")).toThrow(/set XDG_RUNTIME_DIR/);
});

test("the folder is the user's runtime folder where there is one", () => {
  expect(runtimeFolder({ XDG_RUNTIME_DIR: "/run/user/1000" })).toBe("/run/user/1000/flor");
  expect(runtimeFolder({ XDG_RUNTIME_DIR: "relative" })).toBe(runtimeFolder({}));
});

test("requests on one connection are answered in order", async () => {
  await open({ echo: (params) => params["n"] });
  const requests = [1, 2, 3].map((n) => encodeControlRequest({ method: "echo", params: { n } }));
  expect(await rawAnswer(requests.join(""))).toBe(
    [1, 2, 3].map((result) => `{"flor_control":1,"result":${result}}\n`).join(""),
  );
});

test("a request that is wrong is told what is wrong", async () => {
  await open({
    status: () => {
      throw new Error("no status today");
    },
  });
  const answers = (
    await rawAnswer(
      'x\n[]\n{"flor_control":2}\n{"flor_control":1}\n{"flor_control":1,"method":"status","params":3}\n' +
        '{"flor_control":1,"method":"toString"}\n{"flor_control":1,"method":"status"}\n',
    )
  ).split("\n");
  expect(answers.slice(0, -1).map((line) => JSON.parse(line).error)).toMatchInlineSnapshot(`
    [
      {
        "code": "malformed",
        "message": "a request is one JSON object on one line",
      },
      {
        "code": "malformed",
        "message": "a request is one JSON object on one line",
      },
      {
        "code": "version",
        "message": "this node speaks flor_control 1: use the flor that started it",
      },
      {
        "code": "malformed",
        "message": "method is missing",
      },
      {
        "code": "malformed",
        "message": "params is not an object",
      },
      {
        "code": "unknown-method",
        "message": "unknown method; this node knows status",
      },
      {
        "code": "failed",
        "message": "no status today",
      },
    ]
  `);
  await expect(askControlSocket(path, { method: "status", params: {} })).rejects.toThrow("no status today");
});

test("a request without end is cut off", async () => {
  await open();
  const client = connect(path);
  client.on("error", () => {});
  const closed = once(client, "close");
  client.write("x".repeat(CONTROL_REQUEST_MAX_OCTETS + 1));
  client.resume();
  await closed;
  expect(client.destroyed).toBe(true);
});

test("a client that is silent for half a minute is closed", async () => {
  const timers = vi.spyOn(Socket.prototype, "setTimeout");
  try {
    await open();
    const client = connect(path);
    await once(client, "connect");
    await vi.waitUntil(() => timers.mock.calls.length > 0, { timeout: 60_000 });
    const [[ms, handleSilence]] = timers.mock.calls as [[number, () => void]];
    expect([ms, client.destroyed]).toEqual([CLIENT_IDLE_MS, false]);
    handleSilence();
    await once(client.resume(), "close");
  } finally {
    timers.mockRestore();
  }
});

test("more clients than the bound are turned away, and the others are served", async () => {
  await open();
  const clients = Array.from({ length: CONTROL_CLIENTS_MAX }, () => connect(path));
  await Promise.all(clients.map((client) => once(client, "connect")));
  await expect(askControlSocket(path, { method: "status", params: {} })).rejects.toThrow(
    /closed without an answer|ECONNRESET|EPIPE/,
  );
  clients[0]!.destroy();
  await once(clients[0]!, "close");
  clients[1]!.write(encodeControlRequest({ method: "status", params: {} }));
  const [answer] = (await once(clients[1]!, "data")) as [Buffer];
  expect(answer.toString()).toBe('{"flor_control":1,"result":{"name":"laptop"}}\n');
  for (const client of clients) client.destroy();
});

test("a node that is gone is an error with its code", async () => {
  await expect(askControlSocket(path, { method: "status", params: {} })).rejects.toMatchObject({ code: "ENOENT" });
});

test("any line is decoded without a throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (line) => {
      expect(decodeControlRequest(line)).toBeTypeOf("object");
    }),
    { numRuns: 10_000 },
  );
});
