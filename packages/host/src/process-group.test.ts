import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const module = new URL("process-group.ts", import.meta.url).href;

/** A node in small: starts a process that ignores stdin, guards it, and ends in the way given. */
const program = (end: string): string => `
  import { spawn } from "node:child_process";
  import { guardGroup } from ${JSON.stringify(module)};
  const child = spawn("/bin/sh", ["-c", "sleep 1000 & echo $$ $!; wait"], { detached: true });
  guardGroup(child.pid);
  child.stdout.once("data", (pids) => {
    process.stdout.write(pids);
    ${end};
  });`;

/** Whether there is such a process, a zombie excluded: the orphans of this test may have nobody to reap them. */
async function isRunning(pid: number): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return status !== "" && !/\) [ZX] /.test(status);
}

it.each([
  ["returns", "for (const it of [child, child.stdin, child.stdout, child.stderr]) it.unref()"],
  ["exits", "process.exit(3)"],
  ["dies of an error", "setImmediate(() => { throw new Error('bug') })"],
])("a link does not outlive a node that %s", async (_, end) => {
  const run = promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program(end)]);
  const output = await run.catch((error: unknown) => error as { readonly stdout: string });
  const pids = output.stdout.trim().split(" ").map(Number);
  expect(pids).toHaveLength(2);
  for (const pid of pids) await expect.poll(() => isRunning(pid)).toBe(false);
});
