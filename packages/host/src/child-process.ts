import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { errorCode } from "./error-code.ts";
import { keepInheritedDescriptors } from "./inherited-descriptors.ts";
import { isFfiPossible } from "./open-loopback-socket.ts";
import type { LinkExit } from "./link-life.ts";
import type { LinkOutput } from "./link-log.ts";
import { guardGroup, signalGroup } from "./process-group.ts";

/** What to run. */
export interface ChildCommand {
  /** The program and its arguments; no shell. */
  readonly command: readonly [string, ...string[]];
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly directory?: string | undefined;
}

/** What is told of a {@link ChildProcess}. */
export interface ChildOwner {
  /** It wrote octets; borrowed. */
  handleOutput(output: LinkOutput, octets: Uint8Array): void;
  /** It is gone, and with it what it had started in its group. Told once. */
  handleExited(exit: LinkExit): void;
  /** Nothing more comes of its output, for nobody holds the pipes, or nobody let go of them in time. Told once. */
  handleOutputEnded(): void;
}

/** How long output is awaited after the exit: a process that left the group may never close the pipes. */
const OUTPUT_GRACE_MS = 200;

/** A process in a group of its own, that cannot outlive this one. */
export class ChildProcess {
  readonly pid: number;
  readonly #subprocess: ChildProcessWithoutNullStreams;

  private constructor(subprocess: ChildProcessWithoutNullStreams, pid: number) {
    this.#subprocess = subprocess;
    this.pid = pid;
  }

  /** Starts it. Never rejects: when there is no process, the result is the error code, such as `ENOENT`. */
  static async start(command: ChildCommand, owner: ChildOwner): Promise<ChildProcess | { readonly code: string }> {
    await keepInheritedDescriptors();
    const subprocess = await started(command);
    if ("code" in subprocess) return subprocess;
    const child = new ChildProcess(subprocess.process, subprocess.pid);
    child.#watch(owner);
    return child;
  }

  /** Writes to its stdin, which stays open: its end tells the process to go. */
  write(text: string): void {
    this.#subprocess.stdin.write(text);
  }

  closeStdin(): void {
    this.#subprocess.stdin.end();
  }

  /** Signals its whole group. */
  signal(signal: "SIGTERM" | "SIGKILL"): void {
    signalGroup(this.pid, signal);
  }

  #watch(owner: ChildOwner): void {
    const { stdout, stderr } = this.#subprocess;
    const release = guardGroup(this.pid);
    stdout.on("data", (octets: Buffer) => owner.handleOutput("stdout", octets));
    stderr.on("data", (octets: Buffer) => owner.handleOutput("stderr", octets));
    this.#subprocess.once("exit", (code, signal) => {
      // While the group has members its number is not given to others; when it has none, this reaches nobody.
      signalGroup(this.pid, "SIGKILL");
      release();
      const giveUp = (): void => {
        stdout.destroy();
        stderr.destroy();
      };
      // What lies in the pipes while this process does not run is read first.
      const timer = setTimeout(() => setImmediate(giveUp), OUTPUT_GRACE_MS);
      this.#subprocess.once("close", () => {
        clearTimeout(timer);
        owner.handleOutputEnded();
      });
      owner.handleExited({ code, signal });
    });
  }
}

/**
 * EPIPE when a process closed its stdin, ENOTCONN when it could not be started for want of pipes: its exit, or why it was
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

/** A process just spawned. */
type Started = { readonly process: ChildProcessWithoutNullStreams; readonly pid: number };

/** Resolves in the turn in which it was started: no exit can be missed. */
async function started(command: ChildCommand): Promise<Started | { readonly code: string }> {
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
