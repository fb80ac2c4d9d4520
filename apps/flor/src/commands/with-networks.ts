import { loadConfig } from "@flor/config";
import { type ControlRequest, runtimeFolder } from "@flor/runtime/control";
import type { NetworkControl } from "@flor/runtime/networks";
import { askNode, liveNodes } from "../ask-node.ts";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { findConfigFile } from "../find-config-file.ts";
import { loadConfigOrFail } from "../load-config-or-fail.ts";
import type { Terminal } from "../terminal.ts";

/** Which node is meant: one that runs, or the one of a configuration. */
export interface NetworkChoice {
  readonly node?: string;
  readonly config?: string;
}

/** What is asked, of a node that runs or of its files. */
export interface NetworkQuestion {
  readonly request: ControlRequest;
  readonly offline: (control: NetworkControl) => unknown;
}

/**
 * Asks the node, or, while it does not run, the files beside its configuration.
 *
 * @throws CommandError with what the node or the network said
 */
export async function askNetworks(
  choice: NetworkChoice,
  terminal: Terminal,
  question: NetworkQuestion,
): Promise<unknown> {
  const { environment } = terminal;
  const live = await liveNodes(runtimeFolder(environment));
  const configured = nameOfConfig(choice, terminal);
  const isRunning = configured !== undefined && live.includes(configured);
  // Without a file that is named, the node that runs is meant, wherever its file lies.
  const name = choice.node ?? (isRunning ? configured : undefined);
  if (name !== undefined || (choice.config === undefined && live.length > 0))
    return askNode({ name, environment }, question.request);
  const { NetworkKeeper, networkControlOf } = await import("@flor/runtime/networks");
  const config = loadConfigOrFail(choice.config, terminal);
  try {
    const keeper = new NetworkKeeper({ config, log: (_level, _step, { problem }) => say(problem, terminal) });
    try {
      return question.offline(networkControlOf(keeper, () => config));
    } finally {
      keeper.close();
    }
  } catch (cause) {
    const usage = (cause as NodeJS.ErrnoException).code === "unknown-name" && { exitCode: EXIT_USAGE };
    throw new CommandError((cause as Error).message, { cause, ...usage });
  }
}

function say(problem: unknown, terminal: Terminal): void {
  if (typeof problem === "string") terminal.writeError(`${problem}\n`);
}

/** The name of the node of the configuration that is meant; `undefined`: it cannot be read. */
function nameOfConfig({ config }: NetworkChoice, { environment }: Terminal): string | undefined {
  try {
    const loaded = loadConfig(findConfigFile(config, environment));
    return "config" in loaded ? loaded.config.name : undefined;
  } catch {
    return undefined;
  }
}
