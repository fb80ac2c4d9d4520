/** A whole flor node as its user runs it: `flor up` in a process of its own, asked over its control socket. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createKeyFile } from "@flor/config";
import { askControlSocket, controlSocketPath, runtimeFolder } from "@flor/runtime/control";
import type { NodeStatus } from "@flor/node";
import { execa } from "execa";
import type { Namespace } from "./namespace.ts";
import { makeFolder, removeFolder } from "./folders.ts";
import { StartedProcess } from "./started-process.ts";

const FLOR = fileURLToPath(new URL("../../../apps/flor/src/main.ts", import.meta.url));
/** A slow machine starts nine nodes at once. */
const READY_TIMEOUT_MS = 200_000;
const LOOK_AGAIN_MS = 20;

export interface NodeProcessOptions {
  /** Where it runs; absent: in this one. */
  readonly namespace?: Namespace;
  /** Added to the environment of `flor up`. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** `ulimit -n` of `flor up`. @default this process's */
  readonly openFilesMax?: number;
  /** Added to `flor up`. @default [] */
  readonly options?: readonly string[];
  /** The program that is flor. @default this checkout's */
  readonly program?: string | undefined;
}

/** What `flor COMMAND …` came to. */
export interface FlorResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of flor to its end, with a runtime folder in which it finds the nodes of `node` alone. */
export async function flor(args: readonly string[], node?: NodeProcess): Promise<FlorResult> {
  const environment = node?.environment ?? {};
  const done = await execa(process.execPath, [FLOR, ...args], { reject: false, env: environment, stdin: "ignore" });
  return { exitCode: done.exitCode ?? -1, stdout: done.stdout, stderr: done.stderr };
}

/** A node with its own key and folder. Dispose it (`await using`): processes and files are gone. */
export class NodeProcess implements AsyncDisposable {
  readonly name: string;
  /** The id that peers put into their configuration. */
  readonly id: string;
  readonly folder: string;
  readonly keyFile: string;
  readonly #options: NodeProcessOptions;
  #process: StartedProcess | undefined;

  private constructor(name: string, id: string, folder: string, options: NodeProcessOptions) {
    this.name = name;
    this.id = id;
    this.folder = folder;
    this.keyFile = join(folder, "node.key");
    this.#options = options;
  }

  /** Makes the key; the node runs after `up`. */
  static async prepare(name: string, options: NodeProcessOptions = {}): Promise<NodeProcess> {
    const folder = makeFolder(`flor-node-${name}-`);
    const { id } = createKeyFile(join(folder, "node.key"));
    return new NodeProcess(name, id, folder, options);
  }

  /** What its processes get: folders of their own, so that nodes of other tests are not seen and nothing stays. */
  get environment(): Readonly<Record<string, string>> {
    return { XDG_RUNTIME_DIR: this.folder, XDG_STATE_HOME: join(this.folder, "state") };
  }

  /** Path of the socket on which it serves a network to nodes above. */
  northboundPath(network: string): string {
    return join(this.folder, "flor", `${this.name}+${network}.north`);
  }

  /** The running `flor up`; throws when it was never started. */
  get process(): StartedProcess {
    if (this.#process === undefined) throw new Error(`node ${this.name} was not started: call up()`);
    return this.#process;
  }

  /** Writes the configuration, name and key added; `up` does it too. Resolves to the path of the file. */
  configure(config: object): string {
    const file = join(this.folder, "flor.yaml");
    // JSON is YAML. It may hold passwords.
    writeFileSync(file, JSON.stringify({ name: this.name, key: this.keyFile, ...config }, undefined, 2), {
      mode: 0o600,
    });
    return file;
  }

  /** Starts it with a configuration, or with the one it had; resolves when it answers. */
  async up(config?: object): Promise<void> {
    const file = config === undefined ? join(this.folder, "flor.yaml") : this.configure(config);
    // A test run that is killed closes the pipe: no node outlives it.
    const args = [
      this.#options.program ?? FLOR,
      "up",
      "--until-stdin-ends",
      ...(this.#options.options ?? []),
      "-c",
      file,
    ];
    const { namespace, environment, openFilesMax } = this.#options;
    const options = { env: { ...this.environment, ...environment } };
    const limited = ["sh", "-c", `ulimit -n ${openFilesMax}; exec "$@"`, "sh"];
    const [program, ...rest] = [...(openFilesMax === undefined ? [] : limited), process.execPath, ...args];
    this.#process =
      namespace === undefined
        ? StartedProcess.start(program!, rest, options)
        : namespace.start(program!, rest, options);
    await this.waitFor(() => true, "its first status");
  }

  /** What `flor status --json` would say, without a process for each question; undefined while it does not answer. */
  async status(): Promise<NodeStatus | undefined> {
    try {
      return (await this.ask("status")) as NodeStatus;
    } catch {
      return undefined;
    }
  }

  /** Asks its control socket; rejects when it does not answer, or refuses. */
  async ask(method: string, params: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    return askControlSocket(controlSocketPath(runtimeFolder(this.environment), this.name), { method, params });
  }

  /** Asks until `look` finds something other than false and undefined; rejects with the log when time is over. */
  async waitFor<Found>(
    look: (status: NodeStatus) => Found | false | undefined,
    wanted: string,
    timeoutMs: number = READY_TIMEOUT_MS,
  ): Promise<Found> {
    const deadline = performance.now() + timeoutMs;
    let last: NodeStatus | undefined;
    while (performance.now() < deadline && this.process.isRunning) {
      last = await this.status();
      const found = last === undefined ? undefined : look(last);
      if (found !== undefined && found !== false) return found;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
    const state = this.process.isRunning ? `${timeoutMs} ms passed` : "it ended";
    throw new Error(
      `node ${this.name}: ${state} before ${wanted}\nlog:\n${this.process.output}\nstatus: ${JSON.stringify(last)}`,
    );
  }

  /** Waits until streams to a peer can be opened. */
  async waitForPeer(peer: string, timeoutMs: number = READY_TIMEOUT_MS): Promise<void> {
    const isUp = (status: NodeStatus): boolean =>
      status.peers.some((one) => one.name === peer && (one.state === "up" || one.state === "idle"));
    await this.waitFor(isUp, `peer ${peer} is up`, timeoutMs);
  }

  /** The port of its first inbound that speaks SOCKS5. */
  async socksPort(): Promise<number> {
    return this.waitFor(
      (status) => status.inbounds.find(({ kind }) => kind === "socks5" || kind === "proxy")?.port,
      "a SOCKS5 inbound",
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process?.stop();
    removeFolder(this.folder);
  }
}
