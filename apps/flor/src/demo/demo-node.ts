import type { Readable } from "node:stream";
import { execa } from "execa";
import type { NodeStatus } from "@flor/node";
import { askStatus } from "../ask-node.ts";
import { florCommand } from "../typed-flor.ts";
import { CommandError } from "../command-error.ts";
import type { WrittenConfig } from "./demo-config.ts";

/** A node that does not end by itself when asked is killed after this. */
const STOP_TIMEOUT_MS = 20_000;
/** What is kept of a node's log, to tell why it ended. */
const LOG_KEPT_CHARACTERS = 4000;

/** A node of the demo: a process of its own, in a process group of its own. */
export interface DemoNode {
  readonly name: string;
  /** 1 is the lowest. */
  readonly layer: number;
  readonly pid: number;
  status(): Promise<NodeStatus>;
  /** Settles when the process ends by itself, with the reason; never after `stop`. */
  readonly ended: Promise<CommandError>;
  /** Ends the process, and its links with it. */
  stop(): Promise<void>;
}

/**
 * Starts the node of a configuration.
 *
 * @throws CommandError when the process cannot be started
 */
export function startDemoNode({ name, file, layer }: WrittenConfig, environment: NodeJS.ProcessEnv): DemoNode {
  const [command, ...args] = florCommand();
  // Its standard input is its lifeline: when this process dies, by whatever, the node ends.
  const child = execa(command, [...args, "up", "-c", file, "--log-level", "warn", "--until-stdin-ends"], {
    stdin: "pipe",
    stdout: "ignore",
    stderr: "pipe",
    buffer: false,
    reject: false,
    // Ctrl-C is for this process alone, which then stops the nodes in order.
    detached: true,
    cleanup: true,
    forceKillAfterDelay: STOP_TIMEOUT_MS,
    env: environment,
    extendEnv: false,
  });
  if (child.pid === undefined) throw new CommandError(`node ${name} could not be started: ${command} cannot be run`);
  const log = keepLog(child.stderr);
  const { promise: ended, resolve } = Promise.withResolvers<CommandError>();
  let stopping = false;
  void child.then(({ exitCode, signal }) => {
    if (!stopping) resolve(endedError(name, signal ?? `exit code ${exitCode}`, log.text()));
  });
  const stop = async (): Promise<void> => {
    stopping = true;
    child.kill("SIGTERM");
    await child;
  };
  return { name, layer, pid: child.pid, ended, stop, status: () => askStatus({ name, environment }) };
}

function keepLog(stderr: Readable): { text(): string } {
  let kept = "";
  stderr.setEncoding("utf8").on("data", (text: string) => {
    kept = (kept + text).slice(-LOG_KEPT_CHARACTERS);
  });
  return { text: () => kept };
}

function endedError(name: string, how: string, log: string): CommandError {
  const said = log.trim();
  return new CommandError(`node ${name} ended (${how})${said === "" ? "" : `; it said:\n${said}`}`);
}
