/** Where a node writes to may be full, or nobody may read it: it has other work. */
import { NodeProcess, StartedProcess } from "@flor/testkit";
import { afterEach, beforeEach, expect, test } from "vitest";

const FLOR = new URL("../../apps/flor/src/main.ts", import.meta.url).pathname;

let node: NodeProcess;

beforeEach(async () => {
  node = await NodeProcess.prepare("unheard");
});

afterEach(async () => {
  await node[Symbol.asyncDispose]();
});

test.each([
  ["a full disk for what it says", 'exec "$@" > /dev/full'],
  ["a full disk for its log", 'exec "$@" > /dev/full 2> /dev/full'],
  ["a reader that leaves after the first line", '"$@" 2>&1 | head -1; wait'],
  ["closed outputs", 'exec "$@" >&- 2>&-'],
])("%s ends no node", async (_, script) => {
  const file = node.configure({ links: [{ name: "wan", kind: "udp", listen: "127.0.0.1:0" }] });
  const command = [process.execPath, FLOR, "up", "--until-stdin-ends", "-c", file];
  await using shell = StartedProcess.start("sh", ["-c", script, "sh", ...command], { env: node.environment });
  const look = async (): Promise<string | undefined> => (await node.status())?.links[0]?.state;
  await expect.poll(look).toBe("ready");
  expect(shell.isRunning).toBe(true);
  process.kill((await node.status())!.pid, "SIGTERM");
  await shell.exited;
});
