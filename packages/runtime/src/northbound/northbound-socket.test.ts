import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FlorError } from "../errors.ts";
import { listenNorthbound, northboundSocketOf } from "./northbound-socket.ts";

const LONGEST = "x".repeat(63);

let folder: string;
let path: string;
const servers: Server[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-north-"));
  path = join(folder, "team.socket");
  vi.stubEnv("XDG_RUNTIME_DIR", folder);
});

afterEach(async () => {
  for (const server of servers.splice(0)) if (server.listening) await once(server.close(), "close");
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

function newServer(): Server {
  const server = createServer();
  servers.push(server);
  return server;
}

function listen(at: string = path, group?: string): Promise<void> {
  return listenNorthbound(newServer(), { path: at, group });
}

function modeOf(file: string): number {
  return statSync(file).mode & 0o777;
}

test("a northbound is its user's alone, and its group's when it has one", async () => {
  const own = northboundSocketOf("l1", { name: "team", socket: undefined, group: undefined });
  expect(own).toEqual({ path: join(folder, "flor", "l1+team.north"), group: undefined });
  await listen(own.path);
  expect([modeOf(join(folder, "flor")), modeOf(own.path)]).toEqual([0o700, 0o600]);
  await listen(path, execFileSync("id", ["-gn"], { encoding: "utf8" }).trim());
  expect(modeOf(path)).toBe(0o660);
});

test("what a killed node left is replaced", async () => {
  const dies = `require("node:net").createServer().listen(process.argv[1], () => process.kill(process.pid, "SIGKILL"))`;
  spawnSync(process.execPath, ["-e", dies, path]);
  expect(statSync(path).isSocket()).toBe(true);
  await listen();
  const client = connect(path);
  await once(client, "connect");
  client.destroy();
});

describe("a northbound that cannot be served says what to do", () => {
  const refused: readonly (readonly [string, () => unknown, RegExp])[] = [
    ["its node runs already", () => listen().then(() => listen()), /a node already serves .*: stop it, or choose/],
    ["a file is there", () => listen(fileAt(path)), /exists and is not a socket: remove it/],
    ["its folder is missing", () => listen(join(folder, "none", "x")), /cannot be created: its folder must exist/],
    ["there is no such group", () => listen(path, "no-such-group"), /there is no group no-such-group on this machine/],
    [
      "its name is too long",
      () => socketNamed(LONGEST),
      /is too long for a socket: shorten the name of the node or northbound/,
    ],
  ];
  test.each(refused)("%s", async (_why, attempt, message) => {
    const error = await Promise.resolve()
      .then(attempt)
      .catch((cause: unknown) => cause);
    // Any other error would be reported as a mistake in flor.
    expect(error).toBeInstanceOf(FlorError);
    expect((error as FlorError).message).toMatch(message);
  });
});

function fileAt(file: string): string {
  writeFileSync(file, "");
  return file;
}

function socketNamed(name: string): unknown {
  return northboundSocketOf(name, { name, socket: undefined, group: undefined });
}
