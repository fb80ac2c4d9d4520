import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { errorCode } from "./error-code.ts";
import { keepInheritedDescriptors } from "./inherited-descriptors.ts";
import { isFfiPossible } from "./open-loopback-socket.ts";

/** What to run. */
export interface ChildCommand {
  /** The program and its arguments; no shell. */
  readonly command: readonly [string, ...string[]];
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory?: string | undefined;
}

/** A process just spawned. */
export type Spawned = { readonly process: ChildProcessWithoutNullStreams; readonly pid: number };

/**
 * Starts a process in a group of its own. Never rejects: when there is none, the result is the error code, such as `ENOENT`.
 * Resolves in the turn in which it was started: no exit can be missed.
 */
export async function spawnChild(command: ChildCommand): Promise<Spawned | { readonly code: string }> {
  await keepInheritedDescriptors();
  const [program, ...args] = command.command;
  // Where the node works, else: also where that folder was removed.
  const cwd = command.directory;
  try {
    await leaveBulkScheduling();
    const child = spawn(program, args, { env: command.environment, cwd, detached: true, windowsHide: true });
    destroyAtErrors([child.stdin, child.stdout, child.stderr]);
    // Always heard: an error that nobody hears ends the process.
    const failed = new Promise<{ readonly code: string }>((resolve) => {
      child.on("error", (error) => resolve({ code: errorCode(error) }));
    });
    return child.pid === undefined ? await failed : { process: child, pid: child.pid };
  } catch (error) {
    return { code: errorCode(error) };
  }
}

/**
 * EPIPE when a process closed its stdin, ENOTCONN when it could not be started for lack of pipes: its exit, or why it was
 * not started, tells enough. Some are not there when it was not started.
 */
function destroyAtErrors(streams: readonly (Readable | Writable | undefined)[]): void {
  for (const stream of streams) stream?.on("error", () => stream.destroy());
}

/** A child inherits how the kernel runs the thread that starts it. */
async function leaveBulkScheduling(): Promise<void> {
  if (!isFfiPossible()) return;
  try {
    const { bulkScheduling } = await import("./bulk-scheduling.ts");
    bulkScheduling.leave();
  } catch {
    // No koffi or no glibc: nothing was ever asked of the kernel.
  }
}
