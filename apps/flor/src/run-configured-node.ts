import type { Config } from "@flor/config";
import { type BegunChildren, HandedSockets, IdleMemory, Supervisor } from "@flor/host";
import type { NodeStatus } from "@flor/node";
import { openNodeControl, type RunningNode, type RunNodeOptions, runNode } from "@flor/runtime";
import { handleOtherSignals } from "./other-signals.ts";
import { hasTerminal, listenForStop } from "./stop-request.ts";
import type { Terminal } from "./terminal.ts";
import { TYPED_FLOR } from "./typed-flor.ts";
import { VERSION } from "./version.ts";
import { logText } from "./views/log-view.ts";
import { placeText } from "./views/place-text.ts";
import { tableLines } from "./views/table.ts";

/** How a node is to run. */
export interface RunOptions {
  readonly logLevel: RunNodeOptions["logLevel"];
  /** The process that started the node keeps its standard input open; when that ends, however it does, the node ends. */
  readonly untilStdinEnds?: true;
  /** Reload whenever the file becomes another. */
  readonly watch?: true;
}

/** What the node stands on. */
export interface RunSurroundings {
  readonly terminal: Terminal;
  /** Processes of its links that load already. */
  readonly begun: BegunChildren;
}

/** Runs the node of a configuration until it is asked to stop. */
export async function runConfiguredNode(
  config: Config,
  options: RunOptions,
  { terminal, begun }: RunSurroundings,
): Promise<void> {
  terminal.outliveReaders();
  using stop = listenForStop({ stdinEnds: options.untilStdinEnds === true, hangUp: hasTerminal() });
  using _memory = new IdleMemory();
  const supervisor = await Supervisor.find(terminal.environment);
  let running: RunningNode | undefined;
  // First the control socket: it also keeps a second node of the same name from starting.
  const control = await openNodeControl(config.name, terminal.environment, () => running);
  try {
    const logTo = terminal.isErrorInteractive ? { stream: readableLog(terminal) } : {};
    const node = await runNode(config, {
      version: VERSION,
      logLevel: options.logLevel,
      logTo,
      ownsProcess: true,
      watchesFile: options.watch === true,
      handed: HandedSockets.find(terminal.environment),
      begun,
    });
    try {
      running = node;
      using _signals = handleOtherSignals(node);
      using _watchdog = supervisor.keepSaying(() => node.isAtWork());
      terminal.write(`${readyLines(node.status(), control.path, terminal).join("\n")}\n`);
      supervisor.notify("READY=1");
      await stop.made;
      node.log.write("info", "node-stops", { reason: stop.sign });
      supervisor.notify("STOPPING=1");
    } finally {
      await node.close();
    }
  } finally {
    await control.close();
  }
}

/** JSON is for programs; a person at a terminal gets lines to read. */
function readableLog({ writeError, errorStyle }: Terminal): { write(line: string): void } {
  return { write: (line) => writeError(logText(line, errorStyle)) };
}

function readyLines(status: NodeStatus, controlPath: string, { style }: Terminal): readonly string[] {
  // One cell: a third column would stand behind the longest path below, beyond the edge of any terminal.
  const rows = [["node", `${style.bold(status.name)}  ${status.id}`]];
  for (const inbound of status.inbounds) rows.push([inbound.kind, placeText(inbound)]);
  if (status.metrics !== undefined) rows.push(["metrics", placeText(status.metrics)]);
  rows.push(["control", controlPath], ["next", `${TYPED_FLOR} status --node ${status.name}`]);
  return tableLines(rows.map(([word, ...cells]) => [style.dim(word ?? ""), ...cells]));
}
