/** The process of a link under test and its children, on Linux also from /proc. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { guardGroup, linkEnvironment, signalGroup } from "@flor/host";
import { markedProcesses } from "./proc.ts";

/** How much of a link's output is kept, from its end. */
const OUTPUT_MAX_CHARACTERS = 256 * 1024;

/** How long to wait for the end of its output after the exit. */
const OUTPUT_GRACE_MS = 500;

/** How a process ended. */
export interface LinkExit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
}

/** How to start a process. */
export interface LinkChildOptions {
  readonly command: readonly string[];
  /** Passed to the link as FLOR_TEST. */
  readonly caseId: string;
  /** Start it as a node would: FLOR_IO=1. @default true */
  readonly isByNode?: boolean;
  /** Leave its output in the pipes. @default false */
  readonly isOutputUnread?: boolean;
}

/** A started process, in a process group of its own. */
export class LinkChild {
  readonly pid: number;
  /** Standard output and standard error as read so far. */
  stdout = "";
  stderr = "";
  exit: LinkExit | undefined;
  /** Called when it printed something, or ended. */
  onChange: () => void = () => {};
  /** Set in the environment of this process and of everything it starts. */
  readonly mark: string = randomBytes(12).toString("hex");
  readonly #process: ChildProcess;

  /** Throws when the program cannot be started. */
  constructor({ command, caseId, isByNode = true, isOutputUnread = false }: LinkChildOptions) {
    const [program = "", ...args] = command;
    const { FLOR_IO: _, ...byHand } = linkEnvironment(process.env, { FLOR_TEST: caseId, FLOR_TEST_RUN: this.mark });
    const env = isByNode ? { ...byHand, FLOR_IO: "1" } : byHand;
    this.#process = spawn(program, args, { stdio: "pipe", detached: true, env });
    this.pid = this.#process.pid ?? 0;
    const { stdin, stdout, stderr } = this.#process;
    for (const stream of [stdin, stdout, stderr]) stream?.on("error", () => {});
    if (!isOutputUnread) {
      stdout?.setEncoding("utf8").on("data", (text: string) => this.#take("stdout", text));
      stderr?.setEncoding("utf8").on("data", (text: string) => this.#take("stderr", text));
    }
    const release = this.pid === 0 ? (): void => {} : guardGroup(this.pid);
    this.#process.once("error", () => this.#handleExit({ code: undefined, signal: undefined }));
    this.#process.once("exit", (code, signal) => {
      release();
      const exit = { code: code ?? undefined, signal: signal ?? undefined };
      // What it printed last is still in the pipes, and its own children may never close them.
      const timer = setTimeout(() => this.#afterReading(() => this.#handleExit(exit)), OUTPUT_GRACE_MS);
      this.#process.once("close", () => {
        clearTimeout(timer);
        this.#handleExit(exit);
      });
    });
  }

  get output(): string {
    return this.stdout + this.stderr;
  }

  write(text: string): void {
    this.#process.stdin?.write(text);
  }

  closeStdin(): void {
    this.#process.stdin?.end();
  }

  /** Signals the process alone. */
  signal(signal: NodeJS.Signals): void {
    if (this.exit === undefined) this.#process.kill(signal);
  }

  /** Ends the process and everything it started, and closes its pipes. */
  destroy(): void {
    if (this.pid !== 0) signalGroup(this.pid, "SIGKILL");
    for (const pid of markedProcesses(this.mark)) killIfThere(pid);
    for (const stream of [this.#process.stdin, this.#process.stdout, this.#process.stderr]) stream?.destroy();
  }

  #take(output: "stdout" | "stderr", text: string): void {
    this[output] = (this[output] + text).slice(-OUTPUT_MAX_CHARACTERS);
    this.onChange();
  }

  /** A busy kit is late: what lies in the pipes already is read in the turn after its timers. */
  #afterReading(handle: () => void): void {
    setImmediate(() => setImmediate(handle));
  }

  #handleExit(exit: LinkExit): void {
    this.exit ??= exit;
    this.onChange();
  }
}

/** How a process ended, in words. */
export function exitText({ code, signal }: LinkExit): string {
  if (signal !== undefined) return `ended by ${signal}`;
  return code === undefined ? "could not be started" : `exited with ${code}`;
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It went by itself.
  }
}
