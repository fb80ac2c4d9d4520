import type { Command } from "commander";
import type { SeenLayer, SeenPaths } from "@flor/node";
import type { TraceReport } from "@flor/runtime/control";
import { askNode } from "../ask-node.ts";
import { CommandError } from "../command-error.ts";
import type { Terminal } from "../terminal.ts";
import { pathsView } from "../views/paths-view.ts";
import { topologyDot, topologyView } from "../views/topology-view.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { adviceOnFlow, traceView } from "../views/trace-view.ts";

interface SeeingOptions {
  readonly node?: string;
  readonly json?: true;
  readonly dot?: true;
}

/** Adds `flor trace`, `flor paths` and `flor topology`. */
export function addSeeing(program: Command, terminal: Terminal): void {
  const ask = ({ node }: SeeingOptions, method: string, params: Readonly<Record<string, unknown>>): Promise<unknown> =>
    askNode({ name: node, environment: terminal.environment }, { method, params });
  const say = (value: unknown, { json }: SeeingOptions, lines: () => readonly string[]): void =>
    terminal.write(`${json === true ? JSON.stringify(value, null, 2) : lines().join("\n")}\n`);

  withOptions(program.command("trace"))
    .description(
      "show each node on the path to a peer, or to a destination's exit and by which route: round trip, loss, MTU",
    )
    .argument("<to>", "a peer, the beginning of a node's id, or host:port")
    .action(async (to: string, options: SeeingOptions) => {
      const report = (await ask(options, "trace", { to })) as TraceReport;
      say(report, options, () => traceView(report, terminal.style));
      const trouble = troubleOf(report);
      if (trouble !== undefined) throw trouble;
    });
  withOptions(program.command("paths"))
    .description("show the path to each peer, cost by cost, and why it is used")
    .argument("[peer]", "one of them")
    .action(async (peer: string | undefined, options: SeeingOptions) => {
      const paths = (await ask(options, "paths", peer === undefined ? {} : { peer })) as readonly SeenPaths[];
      say(paths, options, () => pathsView(paths, terminal.style));
      if (peer !== undefined && paths.every(({ inUse }) => inUse === undefined))
        throw new CommandError(`no path leads to ${peer}`, { advice: `${TYPED_FLOR} doctor ${peer} says why` });
    });
  withOptions(program.command("topology"))
    .description("draw all nodes that this one knows, and how they are connected")
    .option("--dot", "as a graph for dot(1)")
    .action(async (options: SeeingOptions) => {
      const layer = (await ask(options, "topology", {})) as SeenLayer;
      say(layer, options, () => (options.dot === true ? [topologyDot(layer)] : topologyView(layer, terminal.style)));
    });
}

/** Why a trace is a failure; `undefined`: it is none. */
function troubleOf({ beyond, peer, hops, destination }: TraceReport): CommandError | undefined {
  const last = beyond?.gateway ?? peer;
  if (hops.at(-1)?.replied === 0)
    return new CommandError(`${last} did not answer`, { advice: `${TYPED_FLOR} doctor ${last} looks closer` });
  if (destination === undefined || destination.flow.cause === "ok") return undefined;
  const { text, flow } = destination;
  return new CommandError(`${text} did not open: ${flow.cause}`, { advice: adviceOnFlow(text, flow) });
}

function withOptions(command: Command): Command {
  return command.option("--node <name>", "which node, when several run").option("--json", "print JSON");
}
