import { execa, type ResultPromise } from "execa";
import { keepInheritedDescriptors } from "./inherited-descriptors.ts";
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

/** How long output is awaited after the exit: what left the group may hold the pipes for ever. */
const OUTPUT_GRACE_MS = 200;

const SPAWN_OPTIONS = {
  stdin: "pipe",
  stdout: "pipe",
  stderr: "pipe",
  buffer: false,
  reject: false,
  detached: true,
  // Execa would end the leader alone; `guardGroup` ends the group.
  cleanup: false,
  extendEnv: false,
  windowsHide: true,
} as const;

type SpawnOptions = typeof SPAWN_OPTIONS & { readonly env: Readonly<Record<string, string>>; readonly cwd: string };
type Subprocess = ResultPromise<SpawnOptions>;

/** A process in a group of its own, that cannot outlive this one. */
export class ChildProcess {
  readonly pid: number;
  readonly #subprocess: Subprocess;

  private constructor(subprocess: Subprocess, pid: number) {
    this.#subprocess = subprocess;
    this.pid = pid;
  }

  /** Starts it. Never rejects: when there is no process, the result is the error code, such as `ENOENT`. */
  static async start(command: ChildCommand, owner: ChildOwner): Promise<ChildProcess | { readonly code: string }> {
    await keepInheritedDescriptors();
    const subprocess = spawn(command);
    if (subprocess.pid === undefined) {
      const { code, shortMessage } = await subprocess;
      return { code: code ?? shortMessage ?? "not started" };
    }
    const child = new ChildProcess(subprocess, subprocess.pid);
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
    const { stdin, stdout, stderr } = this.#subprocess;
    const release = guardGroup(this.pid);
    // EPIPE when it closed its stdin: its exit tells enough.
    for (const stream of [stdin, stdout, stderr]) stream.on("error", () => stream.destroy());
    stdout.on("data", (octets: Buffer) => owner.handleOutput("stdout", octets));
    stderr.on("data", (octets: Buffer) => owner.handleOutput("stderr", octets));
    this.#subprocess.nodeChildProcess.once("exit", (code, signal) => {
      // While the group has members its number is not given to others; when it has none, this reaches nobody.
      signalGroup(this.pid, "SIGKILL");
      release();
      const timer = setTimeout(() => {
        stdout.destroy();
        stderr.destroy();
      }, OUTPUT_GRACE_MS);
      this.#subprocess.nodeChildProcess.once("close", () => {
        clearTimeout(timer);
        owner.handleOutputEnded();
      });
      owner.handleExited({ code, signal });
    });
  }
}

/** Its promise is awaited only when there is no process: `exit` and `close` tell the rest, and tell it earlier. */
function spawn({ command, environment, directory }: ChildCommand): Subprocess {
  const [program, ...args] = command;
  const options: SpawnOptions = { ...SPAWN_OPTIONS, env: environment, cwd: directory ?? process.cwd() };
  return execa(program, args, options);
}
