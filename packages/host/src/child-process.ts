import type { ChildProcessWithoutNullStreams } from "node:child_process";
import type { BegunChild } from "./begun-children.ts";
import type { LinkExit } from "./link-life.ts";
import type { LinkOutput } from "./link-log.ts";
import { guardGroup, signalGroup } from "./process-group.ts";
import { type ChildCommand, spawnChild } from "./spawn-child.ts";

/** What a {@link ChildProcess} reports. */
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

  /**
   * Starts it. Never rejects: when there is no process, the result is the error code, such as `ENOENT`.
   *
   * @param begun what was begun of the same command; where it is over, another one is started
   */
  static async start(
    command: ChildCommand,
    owner: ChildOwner,
    begun?: BegunChild,
  ): Promise<ChildProcess | { readonly code: string }> {
    const subprocess = (await begun?.adopt()) ?? (await spawnChild(command));
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
