import {
  askControlSocket,
  type ControlRequest,
  controlSocketNames,
  controlSocketPath,
  isControlSocketLive,
  runtimeFolder,
} from "@flor/runtime/control";
import { NAME } from "@flor/config/node-name";
import type { NodeStatus } from "@flor/node";
import { TYPED_FLOR } from "./typed-flor.ts";
import { CommandError, EXIT_USAGE } from "./command-error.ts";

/** Which node, and in whose runtime folder. */
export interface NodeChoice {
  /** `undefined`: the one that runs. */
  readonly name: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
}

/** Asks a running node of this user for its status; throws as {@link askNode} does. */
export async function askStatus(choice: NodeChoice): Promise<NodeStatus> {
  return (await askNode(choice, { method: "status", params: {} })) as NodeStatus;
}

/**
 * Asks a running node of this user.
 *
 * @param signal gives up
 * @throws CommandError when none runs, several do and none was named, or it refuses
 */
export async function askNode(choice: NodeChoice, request: ControlRequest, signal?: AbortSignal): Promise<unknown> {
  const folder = runtimeFolder(choice.environment);
  const name = choice.name ?? (await onlyNode(folder));
  if (!NAME.test(name))
    throw new CommandError(`${JSON.stringify(name)} is not the name of a node`, {
      exitCode: EXIT_USAGE,
      advice: "flor status without --node shows the one that runs, or the names of several",
    });
  try {
    return await askControlSocket(controlSocketPath(folder, name), request, signal);
  } catch (cause) {
    throw await notAnswering(name, folder, cause as NodeJS.ErrnoException);
  }
}

/** Names of the nodes of this user that run on this machine. */
export async function liveNodes(folder: string): Promise<readonly string[]> {
  const names = controlSocketNames(folder);
  const live = await Promise.all(names.map((name) => isControlSocketLive(controlSocketPath(folder, name))));
  return names.filter((_, index) => live[index]);
}

async function onlyNode(folder: string): Promise<string> {
  const [name, ...others] = await liveNodes(folder);
  if (name === undefined) {
    throw new CommandError("no node of this user runs on this machine", {
      advice: `start one: ${TYPED_FLOR} up, or ${TYPED_FLOR} demo`,
    });
  }
  if (others.length > 0) {
    throw new CommandError(`several nodes run: ${[name, ...others].join(", ")}`, {
      exitCode: EXIT_USAGE,
      advice: `choose one: --node ${name}`,
    });
  }
  return name;
}

async function notAnswering(name: string, folder: string, cause: NodeJS.ErrnoException): Promise<CommandError> {
  if (cause.code === "EACCES" || cause.code === "EPERM") {
    const advice = "run this as the user who runs the node, with that user's XDG_RUNTIME_DIR";
    return new CommandError(`node ${name} belongs to another user: this user cannot open ${folder}`, { advice, cause });
  }
  if (cause.code !== "ENOENT" && cause.code !== "ECONNREFUSED") {
    const usage = cause.code === "unknown-name" && { exitCode: EXIT_USAGE };
    return new CommandError(`node ${name}: ${cause.message}`, { cause, ...usage });
  }
  const live = await liveNodes(folder);
  const advice = live.length === 0 ? `start it: ${TYPED_FLOR} up` : `running: ${live.join(", ")}`;
  return new CommandError(`node ${name} is not running`, { advice, cause });
}
