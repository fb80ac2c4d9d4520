/** A long-running program of a test: its output, its signals, and its certain end. */
import { execa } from "execa";

const KEPT_OUTPUT_CHARACTERS = 1 << 20;
const DEFAULT_WAIT_MS = 200_000;
/** After this long without reaction to SIGTERM comes SIGKILL: a busy machine lets even an orderly end take seconds. */
const STOP_GRACE_MS = 20_000;

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
}

export interface StartOptions {
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** As which user and group; only root may say. @default this one's */
  readonly uid?: number;
}

type Child = ReturnType<typeof spawn>;

/** A program that runs until it is stopped. Dispose it (`await using`), and nothing of it is left. */
export class StartedProcess implements AsyncDisposable {
  readonly pid: number;
  readonly command: string;
  /** Resolves when the program has ended, however it did. */
  readonly exited: Promise<ProcessExit>;
  readonly #child: Child;
  readonly #listeners = new Set<() => void>();
  #output = "";
  #exit: ProcessExit | undefined;

  private constructor(child: Child, command: string) {
    this.#child = child;
    this.command = command;
    if (child.pid === undefined) throw new Error(`${command} could not be started: is it installed?`);
    this.pid = child.pid;
    child.all.setEncoding("utf8").on("data", (text: string) => this.#append(text));
    this.exited = this.#ended();
  }

  /** Starts a program from PATH; what it writes is kept, its last mebibyte. */
  static start(command: string, args: readonly string[], options: StartOptions = {}): StartedProcess {
    return new StartedProcess(spawn(command, args, options), [command, ...args].join(" "));
  }

  /** What it wrote so far to standard output and error, in the order it came. */
  get output(): string {
    return this.#output;
  }

  get isRunning(): boolean {
    return this.#exit === undefined;
  }

  /** Waits until the output matches; rejects with the output when the program ends first, or time runs out. */
  async waitForOutput(pattern: RegExp, timeoutMs: number = DEFAULT_WAIT_MS): Promise<RegExpMatchArray> {
    const found = await this.waitUntil(() => this.#output.match(pattern) ?? undefined, String(pattern), timeoutMs);
    return found;
  }

  /** Waits, looking again at each new output, until `look` finds something. `wanted` is named in the error. */
  waitUntil<Found>(look: () => Found | undefined, wanted: string, timeoutMs: number): Promise<Found> {
    return new Promise((resolve, reject) => {
      const settle = (settled: () => void): void => {
        clearTimeout(timer);
        this.#listeners.delete(check);
        settled();
      };
      const fail = (why: string): void =>
        settle(() => reject(new Error(`${this.command}: ${why} before ${wanted}; it said:\n${this.#output}`)));
      const check = (): void => {
        const found = look();
        if (found !== undefined) settle(() => resolve(found));
        else if (this.#exit !== undefined) fail(`ended with ${this.#exit.code ?? this.#exit.signal}`);
      };
      const timer = setTimeout(() => fail(`${timeoutMs} ms passed`), timeoutMs);
      this.#listeners.add(check);
      check();
    });
  }

  /** Writes to its standard input. */
  write(text: string): void {
    this.#child.stdin?.write(text);
  }

  /** Sends a signal; a program that has ended gets none. */
  signal(name: NodeJS.Signals): void {
    if (this.isRunning) this.#child.kill(name);
  }

  /** SIGTERM, after 20 s SIGKILL; resolves when it is gone. */
  async stop(): Promise<ProcessExit> {
    // A program stopped by SIGSTOP sees no SIGTERM.
    this.signal("SIGCONT");
    this.signal("SIGTERM");
    return this.exited;
  }

  /** SIGKILL; resolves when it is gone. */
  async kill(): Promise<ProcessExit> {
    this.signal("SIGKILL");
    return this.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #append(text: string): void {
    this.#output = (this.#output + text).slice(-KEPT_OUTPUT_CHARACTERS);
    this.#wake();
  }

  #wake(): void {
    for (const listener of this.#listeners) listener();
  }

  async #ended(): Promise<ProcessExit> {
    const result = await this.#child;
    this.#exit = { code: result.exitCode, signal: result.signal };
    this.#wake();
    return this.#exit;
  }
}

function spawn(command: string, args: readonly string[], options: StartOptions) {
  return execa(command, args, {
    env: options.env ?? {},
    cwd: options.cwd ?? process.cwd(),
    ...(options.uid !== undefined && { uid: options.uid, gid: options.uid }),
    reject: false,
    all: true,
    buffer: false,
    preferLocal: true,
    forceKillAfterDelay: STOP_GRACE_MS,
  });
}
