import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { NodeDoor } from "@flor/link-kit";
import { type CarriedStream, explainStart, LineReader } from "@flor/stream-carrier";

/** What is run. */
export interface CommandOptions {
  /** `{address}` in a word stands for the neighbour's address. */
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly address: string;
  readonly node: NodeDoor;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** Its input closed, a command ends within this time or is told to by SIGTERM, and then by SIGKILL. */
const STOP_GRACE_MS = 1000;

/** Starts a command whose standard input and output carry frames; what it says on standard error is logged. */
export async function startCommand({ command, env, address, node }: CommandOptions): Promise<CarriedStream> {
  const [program, ...args] = command.map((word) => word.replaceAll("{address}", address)) as [string, ...string[]];
  const name = basename(program);
  // In the group of this link: what the node does to the group at the end, it does to the command too.
  const child = spawn(program, args, { stdio: "pipe", env: { ...ownEnvironment(), ...env } });
  const lines = new LineReader((line) => node.log("info", `${name}: ${line}`));
  child.stderr.on("data", (octets: Buffer) => lines.push(octets)).on("error", () => {});
  const reason = exitOf(child, name, lines);
  await once(child, "spawn").catch((error: NodeJS.ErrnoException) => {
    throw new Error(explainStart(program, error), { cause: error });
  });
  return { input: child.stdout, output: child.stdin, address, destroy: () => stop(child), reason };
}

/** A command is no link: it is not told that it were one. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const { FLOR_IO: _, ...environment } = process.env;
  return environment;
}

async function exitOf(child: Child, name: string, lines: LineReader): Promise<string> {
  return new Promise((resolve) => {
    child.once("close", (code, signal) => {
      lines.end();
      const said = lines.last === undefined ? "" : `; it said: ${lines.last}`;
      resolve(`${name} ${signal === null ? `exited with ${code}` : `was ended by ${signal}`}${said}`);
    });
    child.once("error", () => resolve(`${name} was not started`));
  });
}

function stop(child: Child): void {
  child.stdin.destroy();
  child.stdout.destroy();
  const isGone = (): boolean => child.exitCode !== null || child.signalCode !== null;
  const term = setTimeout(() => isGone() || child.kill("SIGTERM"), STOP_GRACE_MS);
  const kill = setTimeout(() => isGone() || child.kill("SIGKILL"), 2 * STOP_GRACE_MS);
  child.once("exit", () => {
    clearTimeout(term);
    clearTimeout(kill);
  });
}
