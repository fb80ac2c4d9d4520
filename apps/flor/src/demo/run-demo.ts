import { CommandError } from "../command-error.ts";
import { listenForStop } from "../stop-request.ts";
import type { Terminal } from "../terminal.ts";
import { tableLines } from "../views/table.ts";
import { checkDemo, type CheckTarget } from "./demo-check.ts";
import { startDemoNetwork, type DemoNetwork } from "./demo-network.ts";
import type { DemoNode } from "./demo-node.ts";
import { startDemoServer, type DemoServer } from "./demo-server.ts";
import { freeTcpPort } from "./free-port.ts";
import { showLiveLine } from "./live-line.ts";

/** How the demo is to run. */
export interface DemoOptions {
  /** Wanted SOCKS5 port; the next free one when it is taken. */
  readonly port: number;
  /** Send traffic through, and end. */
  readonly check: boolean;
}

/**
 * Runs two nodes on this machine until it is asked to stop, or until the check is done. Leaves no process, socket or
 * file.
 *
 * @throws CommandError when a node ends by itself, or the check fails
 */
export async function runDemo(options: DemoOptions, terminal: Terminal): Promise<void> {
  using stop = listenForStop({ stdinEnds: false });
  const server = await startDemoServer();
  try {
    const closedPort = await freeTcpPort(server.port + 1);
    const allowed = [server.port, closedPort];
    const network = await startDemoNetwork(
      { port: options.port, allowed, environment: terminal.environment },
      stop.made,
    );
    if (network === undefined) return;
    try {
      await showNetwork(network, server, terminal);
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

async function serve(network: DemoNetwork, stopped: Promise<void>, terminal: Terminal): Promise<void> {
  const endLiveLine = terminal.isInteractive ? showLiveLine(network.near, terminal) : () => {};
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
  if (outcome === false) throw new CommandError("the check failed", { advice: "see the lines with ✗" });
  if (outcome !== true) throw outcome;
}

async function showNetwork(network: DemoNetwork, server: DemoServer, terminal: Terminal): Promise<void> {
  const { bold, dim } = terminal.style;
  const curl = `curl --socks5-hostname 127.0.0.1:${network.socksPort}`;
  const processes = [...(await processRows(network.near)), ...(await processRows(network.far))];
  const lines = [
    "Two nodes on this machine: clients come in at near, and go out at far.",
    "",
    ...tableLines(processes, ["PROCESS", "PID", "PORT"].map(dim)),
    "",
    `try    ${bold(`${curl} http://127.0.0.1:${server.port}/`)}`,
    `       ${bold(`${curl} https://example.org/`)}`,
    `watch  flor status --node ${network.near.name}`,
    "end    Ctrl-C",
  ];
  terminal.write(`${lines.join("\n")}\n\n`);
}

async function processRows(node: DemoNode): Promise<readonly (readonly string[])[]> {
  const { inbounds, links } = await node.status();
  const inbound = inbounds.map(({ kind, address, port }) => `${kind} ${address}:${port}`).join(", ");
  const linkRows = links.map((link) => [`${node.name} link ${link.name}`, String(link.pid ?? "–"), link.kind]);
  return [[`${node.name} node`, String(node.pid), inbound], ...linkRows];
}
