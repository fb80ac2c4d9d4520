import { setTimeout as sleep } from "node:timers/promises";
import { type Command, InvalidArgumentError } from "commander";
import type { OpenedForward } from "@flor/runtime/control";
import { askNode, type NodeChoice } from "../ask-node.ts";
import { listenForStop } from "../stop-request.ts";
import type { Terminal } from "../terminal.ts";

/** A third of what the node waits for. */
const KEEP_EVERY_MS = 5000;
const REOPEN_EVERY_MS = 1000;

interface ForwardOptions {
  readonly node?: string;
  readonly udp?: true;
}

interface Place {
  readonly address: string;
  readonly port: number;
}

/** Adds `flor forward`. */
export function addForward(program: Command, terminal: Terminal): void {
  program
    .command("forward")
    .description("open a port of this machine that leads to one destination through the overlay, until Ctrl-C")
    .argument("<listen>", "PORT, or a loopback ADDRESS:PORT; port 0 picks a free one", parsePlace)
    .argument("<to>", "HOST:PORT; a name is resolved where the connection leaves")
    .option("--udp", "forward datagrams instead of connections")
    .option("--node <name>", "which node, when several run")
    .action((listen: Place, to: string, options: ForwardOptions) => forward(listen, to, options, terminal));
}

async function forward(listen: Place, to: string, options: ForwardOptions, terminal: Terminal): Promise<void> {
  using stop = listenForStop({ stdinEnds: false });
  const stopped = stop.made.then(() => true as const);
  const choice = { name: options.node, environment: terminal.environment };
  const params = { network: options.udp === true ? "udp" : "tcp", ...listen, to };
  let opened = await open(choice, params);
  const place = opened.address.includes(":") ? `[${opened.address}]` : opened.address;
  terminal.write(`${place}:${opened.port} leads to ${to} by ${params.network}; Ctrl-C closes it\n`);
  // The port that was taken stays the same when the node was away.
  const again = { ...params, port: opened.port };
  while (!(await Promise.race([stopped, sleep(KEEP_EVERY_MS, false, { ref: true })]))) {
    if (await isKept(choice, opened.id)) continue;
    terminal.writeError("the node is gone or restarting: the port opens again as soon as it answers\n");
    const found = await reopen(choice, again, stopped);
    if (found === undefined) return;
    opened = found;
    terminal.write("the port is open again\n");
  }
  await askNode(choice, { method: "forward.end", params: { id: opened.id } }).catch(() => {});
}

async function open(choice: NodeChoice, params: Readonly<Record<string, unknown>>): Promise<OpenedForward> {
  return (await askNode(choice, { method: "forward.open", params })) as OpenedForward;
}

async function isKept(choice: NodeChoice, id: string): Promise<boolean> {
  return askNode(choice, { method: "forward.keep", params: { id } }).then(
    () => true,
    () => false,
  );
}

/** Tries until the node takes it, or the user has enough. */
async function reopen(
  choice: NodeChoice,
  params: Readonly<Record<string, unknown>>,
  stopped: Promise<true>,
): Promise<OpenedForward | undefined> {
  for (;;) {
    const opened = await open(choice, params).catch(() => undefined);
    if (opened !== undefined) return opened;
    if (await Promise.race([stopped, sleep(REOPEN_EVERY_MS, false)])) return undefined;
  }
}

function parsePlace(text: string): Place {
  const [, bracketed, plain, digits] = /^(?:(?:\[([0-9A-Fa-f:]+)\]|([0-9.]+)):)?([0-9]{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535)
    throw new InvalidArgumentError("It is PORT or ADDRESS:PORT, as 5432, 127.0.0.2:5432 or [::1]:5432.");
  return { address: bracketed ?? plain ?? "127.0.0.1", port };
}
