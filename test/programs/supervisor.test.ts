/** What a node says to the service manager that starts it, heard by one of our own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeProcess, StartedProcess } from "@flor/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";

/** Node.js has no datagram sockets of this kind; Python has. */
const LISTENER = `
import socket, sys
heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
heard.bind(sys.argv[1] if sys.argv[1][0] == "/" else "\\0" + sys.argv[1][1:])
print("listening", flush=True)
while True: print(heard.recv(4096).decode(), flush=True)`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flor-notify-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test.each(["a path", "an abstract name"])(
  "a node says by %s when it serves, that it turns, and that it stops",
  async (kind) => {
    const socket = kind === "a path" ? join(folder, "notify") : `@${folder}`;
    await using manager = StartedProcess.start("python3", ["-c", LISTENER, socket]);
    await manager.waitForOutput(/listening/);
    const environment = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "400000" };
    await using node = await NodeProcess.prepare("service", { environment });
    await node.up({});
    await manager.waitForOutput(/READY=1/);
    await manager.waitForOutput(/WATCHDOG=1\nWATCHDOG=1\n/);
    expect(await node.process.stop()).toEqual({ code: 0, signal: undefined });
    await manager.waitForOutput(/STOPPING=1/);
  },
);

test("a watchdog that is meant for another process is none", async () => {
  const socket = join(folder, "notify");
  await using manager = StartedProcess.start("python3", ["-c", LISTENER, socket]);
  await manager.waitForOutput(/listening/);
  const environment = { NOTIFY_SOCKET: socket, WATCHDOG_USEC: "2000", WATCHDOG_PID: "1" };
  await using node = await NodeProcess.prepare("service", { environment });
  await node.up({});
  await node.process.stop();
  await manager.waitForOutput(/STOPPING=1/);
  expect(manager.output).not.toContain("WATCHDOG");
});
