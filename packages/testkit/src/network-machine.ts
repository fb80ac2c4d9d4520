/** A machine of somebody who has just got flor: a home of its own, and a user who is not root where this one is. */
import { chownSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { askControlSocket, controlSocketPath, runtimeFolder } from "@flor/runtime/control";
import type { NodeStatus } from "@flor/node";
import { makeFolder, removeFolder } from "./folders.ts";
import type { Namespace } from "./namespace.ts";
import { StartedProcess } from "./started-process.ts";

const FLOR = fileURLToPath(new URL("../../../apps/flor/src/main.ts", import.meta.url));
const NOBODY = 65_534;
const OTHERS_ENTER = 0o001;
const PATIENCE_MS = 200_000;
const LOOK_AGAIN_MS = 50;

/** What a command came to. */
export interface Said {
  readonly code: number | undefined;
  readonly output: string;
}

/** See the head of this file. Dispose it (`await using`): processes and files are gone. */
export class NetworkMachine implements AsyncDisposable {
  readonly name: string;
  readonly home: string;
  readonly #uid: number | undefined;
  readonly #namespace: Namespace | undefined;
  #node: StartedProcess | undefined;

  /** @param namespace where all of it runs; absent: in this one */
  constructor(name: string, namespace?: Namespace) {
    this.name = name;
    this.#namespace = namespace;
    this.home = makeFolder(`flor-home-${name}-`);
    this.#uid =
      process.getuid?.() === 0 && isOpenToOthers(FLOR) && isOpenToOthers(process.execPath) ? NOBODY : undefined;
    if (this.#uid !== undefined) chownSync(this.home, this.#uid, this.#uid);
  }

  get #environment(): Readonly<Record<string, string>> {
    const { home } = this;
    return { HOME: home, XDG_CONFIG_HOME: join(home, ".config"), XDG_RUNTIME_DIR: home, XDG_STATE_HOME: home };
  }

  /** Runs `flor …` to its end. */
  async flor(...args: readonly string[]): Promise<Said> {
    await using command = this.#start(args);
    const { code } = await command.exited;
    return { code, output: command.output };
  }

  /** Starts `flor up`; resolves when it answers. */
  async up(): Promise<void> {
    this.#node = this.#start(["up", "--until-stdin-ends"]);
    await this.waitFor(() => true, "its first status");
  }

  async down(): Promise<void> {
    await this.#node?.stop();
  }

  /** What the node says of itself; `undefined` while it does not answer. */
  async status(): Promise<NodeStatus | undefined> {
    try {
      const path = controlSocketPath(runtimeFolder(this.#environment), this.name);
      return (await askControlSocket(path, { method: "status", params: {} })) as NodeStatus;
    } catch {
      return undefined;
    }
  }

  /** Asks until the status is as wanted; rejects with the log when it never is. */
  async waitFor(look: (status: NodeStatus) => boolean, wanted: string): Promise<NodeStatus> {
    const until = performance.now() + PATIENCE_MS;
    for (let last = await this.status(); performance.now() < until; last = await this.status()) {
      if (last !== undefined && look(last)) return last;
      await sleep(LOOK_AGAIN_MS);
    }
    throw new Error(`${this.name}: time passed before ${wanted}\n${this.#node?.output ?? "not started"}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#node?.stop();
    removeFolder(this.home);
  }

  #start(args: readonly string[]): StartedProcess {
    const options = { env: this.#environment, cwd: this.home };
    if (this.#namespace !== undefined) {
      // Only root may enter it.
      const uid = this.#uid ?? 0;
      const user = uid === 0 ? [] : ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"];
      return this.#namespace.start("env", [...user, process.execPath, FLOR, ...args], options);
    }
    return StartedProcess.start(process.execPath, [FLOR, ...args], {
      ...options,
      ...(this.#uid !== undefined && { uid: this.#uid }),
    });
  }
}

/** Whether every folder above a file lets other users through. */
function isOpenToOthers(file: string): boolean {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder))
    if ((statSync(folder).mode & OTHERS_ENTER) === 0) return false;
  return true;
}
