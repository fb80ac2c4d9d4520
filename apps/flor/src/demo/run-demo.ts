import { CommandError } from "../command-error.ts";
import { listenForStop } from "../stop-request.ts";
import type { Terminal } from "../terminal.ts";
import { checkDemo, type CheckTarget } from "./demo-check.ts";
import { demoLines } from "./demo-lines.ts";
import { startDemoNetwork, type DemoNetwork } from "./demo-network.ts";
import { startDemoServer } from "./demo-server.ts";
import { freeTcpPort } from "./free-port.ts";
import { showLiveLine } from "./live-line.ts";

/** While nodes start, a line as often as this says that it goes on. */
const WAITING_MS = 4000;

/** How the demo is to run. */
export interface DemoOptions {
  /** Wanted SOCKS5 port. */
  readonly port: number;
  /** No other port will do; else the next free one is taken. */
  readonly isPortFixed: boolean;
  /** Nodes on top of each other on each side, at least 1. */
  readonly layers: number;
  /** Send traffic through, and end. */
  readonly check: boolean;
}

/**
 * Runs two nodes, or two stacks of nodes, on this machine until it is asked to stop, or until the check is done. Leaves
 * no process, socket or file.
 *
 * @throws CommandError when a node ends by itself, or the check fails
 */
export async function runDemo(options: DemoOptions, terminal: Terminal): Promise<void> {
  using stop = listenForStop({ stdinEnds: false });
  const server = await startDemoServer();
  try {
    const closedPort = await freeTcpPort(server.port + 1);
    const allowed = [server.port, closedPort];
    const { port, isPortFixed, layers } = options;
    const { environment } = terminal;
    const endWaiting = sayWhatStarts(layers, terminal);
    const network = await startDemoNetwork({ port, isPortFixed, layers, allowed, environment }, stop.made).finally(
      endWaiting,
    );
    if (network === undefined) return;
    try {
      terminal.write(`${(await demoLines(network, server, terminal.style)).join("\n")}\n\n`);
      if (options.check)
        await check({ socksPort: network.socksPort, server, closedPort }, network, stop.made, terminal);
      else await serve(network, stop.made, terminal);
    } finally {
      await network.stop();
    }
  } finally {
    await server.close();
  }
}

/** A slow machine takes its time: nobody should wonder whether something happens. */
function sayWhatStarts(layers: number, { writeError }: Terminal): () => void {
  const since = performance.now();
  writeError(`starting ${2 * layers} nodes and their links\n`);
  const timer = setInterval(
    () => writeError(`… still starting them, ${Math.round((performance.now() - since) / 1000)} s\n`),
    WAITING_MS,
  );
  return () => clearInterval(timer);
}

async function serve(network: DemoNetwork, stopped: Promise<void>, terminal: Terminal): Promise<void> {
  const endLiveLine = terminal.isInteractive ? showLiveLine(network.ingress, terminal) : () => {};
  const problem = await Promise.race([network.ended, stopped]);
  endLiveLine();
  if (problem !== undefined) throw problem;
  terminal.write("stopped\n");
}

async function check(
  target: CheckTarget,
  network: DemoNetwork,
  stopped: Promise<void>,
  terminal: Terminal,
): Promise<void> {
  const { green, red } = terminal.style;
  const checked = checkDemo(target, ({ good, text }) => terminal.write(`${good ? green("✓") : red("✗")} ${text}\n`));
  const outcome = await Promise.race([network.ended, stopped, checked]);
  if (outcome === undefined) throw new CommandError("the check was interrupted");
  if (outcome === false) throw new CommandError("the check failed", { advice: "see the lines marked ✗" });
  if (outcome !== true) throw outcome;
}
