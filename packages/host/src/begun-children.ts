import { isDeepStrictEqual } from "node:util";
import { guardGroup, signalGroup } from "./process-group.ts";
import { type ChildCommand, type Spawned, spawnChild } from "./spawn-child.ts";

/**
 * Processes that are started before their owner exists, so that a link loads while its node does. Until one is taken, it
 * waits for its first line of standard input, and its output waits in the pipes.
 */
export class BegunChildren implements Disposable {
  readonly #waiting: BegunChild[] = [];
  #isOver = false;

  /** Begins a process; resolves once it loads. Whether it could be started shows when it is taken. */
  async begin(command: ChildCommand): Promise<void> {
    if (this.#isOver) return;
    const child = new BegunChild(command);
    this.#waiting.push(child);
    await child.begun;
  }

  /** The process of a command, once; `undefined`: none was begun. */
  take(command: ChildCommand): BegunChild | undefined {
    const at = this.#waiting.findIndex((child) => child.runs(command));
    return at < 0 ? undefined : this.#waiting.splice(at, 1)[0];
  }

  /** Ends those that nobody took. */
  [Symbol.dispose](): void {
    this.#isOver = true;
    for (const child of this.#waiting.splice(0)) child[Symbol.dispose]();
  }
}

/** A process that was begun. Disposing of it ends it, unless it was adopted. */
export class BegunChild implements Disposable {
  readonly #command: ChildCommand;
  readonly #spawned: Promise<Spawned | { readonly code: string }>;
  #isAdopted = false;

  constructor(command: ChildCommand) {
    this.#command = command;
    this.#spawned = spawnChild(command).then((spawned) => {
      // Its stdin tells it to go when this process ends; what it might have started by then is told by the signal.
      if ("pid" in spawned) spawned.process.once("exit", guardGroup(spawned.pid));
      return spawned;
    });
  }

  /** Resolves once there is a process, or there will be none. */
  get begun(): Promise<unknown> {
    return this.#spawned;
  }

  runs(command: ChildCommand): boolean {
    return isDeepStrictEqual(this.#command, command);
  }

  /** Resolves to the running process, which is the caller's then, or to why there is none; `undefined`: it is over. */
  async adopt(): Promise<Spawned | { readonly code: string } | undefined> {
    this.#isAdopted = true;
    const spawned = await this.#spawned;
    if (!("pid" in spawned) || isRunning(spawned)) return spawned;
    closePipes(spawned);
    return undefined;
  }

  [Symbol.dispose](): void {
    if (this.#isAdopted) return;
    void this.#spawned.then((spawned) => {
      if (!("pid" in spawned)) return;
      if (isRunning(spawned)) signalGroup(spawned.pid, "SIGKILL");
      closePipes(spawned);
    });
  }
}

function isRunning({ process }: Spawned): boolean {
  return process.exitCode === null && process.signalCode === null;
}

/** What nobody reads would stay open: of a process that is over, too. */
function closePipes({ process }: Spawned): void {
  for (const stream of [process.stdin, process.stdout, process.stderr]) stream.destroy();
}
