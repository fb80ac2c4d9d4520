/** A pluggable transport's process, from its start to its exit. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { basename } from "node:path";
import type { NodeDoor } from "@flor/link-kit";
import { explainStart, LineReader } from "@flor/stream-carrier";
import { type ProxyRole, proxyEnvironment } from "./proxy-environment.ts";
import { decodeProxyLine, type ProxyLine } from "./proxy-line.ts";

/** What is run, and as what. */
export interface ManagedProxyOptions {
  readonly command: readonly [string, ...string[]];
  readonly transport: string;
  readonly role: ProxyRole;
  /** A folder of its own; made with mode 0700. */
  readonly stateFolder: string;
  readonly node: NodeDoor;
}

/** What a transport said of the method that it was started for. */
export type Method = Extract<ProxyLine, { type: "client-method" | "server-method" }>;

/** A transport that has not said within this time that it works does not. */
const START_TIMEOUT_MS = 20_000;
const STOP_GRACE_MS = 800;

/** A transport at work. */
export class ManagedProxy {
  /** Where it listens. */
  readonly method: Method;
  /** Why it ended. */
  readonly exited: Promise<string>;
  readonly #child: ChildProcessWithoutNullStreams;

  private constructor(child: ChildProcessWithoutNullStreams, method: Method, exited: Promise<string>) {
    this.#child = child;
    this.method = method;
    this.exited = exited;
  }

  /** Starts a transport; rejects with an Error that says what it said. */
  static async start({ command, transport, role, stateFolder, node }: ManagedProxyOptions): Promise<ManagedProxy> {
    const [program, ...args] = command;
    const name = basename(program);
    await mkdir(stateFolder, { recursive: true, mode: 0o700 });
    const { FLOR_IO: _, ...inherited } = process.env;
    const env = { ...inherited, ...proxyEnvironment(role, transport, stateFolder) };
    const child = spawn(program, args, { stdio: "pipe", env });
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on("error", () => {});
    const log = (text: string): void => node.log("info", `${name}: ${text}`);
    const errors = new LineReader(log);
    child.stderr.on("data", (octets: Buffer) => errors.push(octets));
    const exited = exitOf(child, name);
    await once(child, "spawn").catch((error: NodeJS.ErrnoException) => {
      throw new Error(explainStart(program, error), { cause: error });
    });
    try {
      const method = await methodOf(child, { transport, exited, log });
      return new ManagedProxy(child, method, exited);
    } catch (error) {
      stop(child);
      throw new Error(`${name} does not start: ${(error as Error).message}`, { cause: error });
    }
  }

  /** Ends it. */
  close(): void {
    stop(this.#child);
  }
}

interface MethodOptions {
  readonly transport: string;
  readonly exited: Promise<string>;
  readonly log: (text: string) => void;
}

/** Reads what it says, now and later, and resolves to the method; rejects when there is to be none. */
function methodOf(child: ChildProcessWithoutNullStreams, { transport, exited, log }: MethodOptions): Promise<Method> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => reject(new Error(reason));
    const timer = setTimeout(
      () => fail(`it did not say within ${START_TIMEOUT_MS / 1000} s where it listens`),
      START_TIMEOUT_MS,
    );
    const handle = (line: ProxyLine): void => {
      if (line.type === "error") fail(line.reason);
      else if (line.type === "done") fail(`it has no transport named ${transport}`);
      else if (line.type === "log") log(line.text);
      else if (line.type !== "version" && line.transport === transport) {
        clearTimeout(timer);
        resolve(line);
      }
    };
    const lines = new LineReader((text) => {
      const line = decodeProxyLine(text);
      if (line !== undefined) handle(line);
    });
    child.stdout.on("data", (octets: Buffer) => lines.push(octets));
    void exited.then(fail).finally(() => clearTimeout(timer));
  });
}

async function exitOf(child: ChildProcessWithoutNullStreams, name: string): Promise<string> {
  return new Promise((resolve) => {
    child.once("close", (code, signal) =>
      resolve(`${name} ${signal === null ? `exited with ${code}` : `was ended by ${signal}`}`),
    );
    child.once("error", () => resolve(`${name} was not started`));
  });
}

function stop(child: ChildProcessWithoutNullStreams): void {
  child.stdin.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), STOP_GRACE_MS);
  child.once("exit", () => clearTimeout(timer));
  child.kill("SIGTERM");
}
