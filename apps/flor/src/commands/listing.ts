import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { NodeStatus } from "@flor/node";
import { askStatus } from "../ask-node.ts";
import { listenForStop } from "../stop-request.ts";
import type { Style, Terminal } from "../terminal.ts";
import { flowsView } from "../views/flows-view.ts";
import { labelsView } from "../views/labels-view.ts";
import { linksView } from "../views/links-view.ts";
import { peersView } from "../views/peers-view.ts";
import { statusView } from "../views/status-view.ts";

interface ListingOptions {
  readonly node?: string;
  readonly json?: true;
  readonly watch?: true;
}

const WATCH_INTERVAL_MS = 1000;
/** To the top left, and everything gone. */
const CLEAR = "\u001b[H\u001b[2J";

interface Listing {
  readonly name: string;
  readonly description: string;
  /** What `--json` prints. */
  readonly part: (status: NodeStatus) => unknown;
  readonly view: (status: NodeStatus, style: Style) => readonly string[];
}

const LISTINGS: readonly Listing[] = [
  { name: "status", description: "show a running node at a glance", part: (status) => status, view: statusView },
  { name: "peers", description: "list the peers and how each is reached", part: ({ peers }) => peers, view: peersView },
  { name: "links", description: "list the links and their ports", part: ({ links }) => links, view: linksView },
  { name: "flows", description: "list the open flows", part: ({ flows }) => flows, view: flowsView },
  { name: "labels", description: "show the label tables", part: ({ labels }) => labels, view: labelsView },
];

/** Adds the commands that ask a running node. */
export function addListings(program: Command, terminal: Terminal): void {
  for (const listing of LISTINGS) {
    program
      .command(listing.name)
      .description(listing.description)
      .option("--node <name>", "which node, when several run")
      .option("--json", "print JSON")
      .option("--watch", "refresh every second, until Ctrl-C")
      .action(async (options: ListingOptions) => {
        if (options.watch === true) await watch(listing, options, terminal);
        else terminal.write(await textNow(listing, options, terminal));
      });
  }
}

async function watch(listing: Listing, options: ListingOptions, terminal: Terminal): Promise<void> {
  using stop = listenForStop({ stdinEnds: false });
  const stopped = stop.made.then(() => true);
  do {
    const text = await textNow(listing, options, terminal);
    terminal.write(`${terminal.isInteractive ? CLEAR : ""}${text}`);
  } while (!(await Promise.race([stopped, sleep(WATCH_INTERVAL_MS, false, { ref: true })])));
}

async function textNow(listing: Listing, { node, json }: ListingOptions, terminal: Terminal): Promise<string> {
  const status = await askStatus({ name: node, environment: terminal.environment });
  return `${textOf(listing, status, json === true, terminal.style)}\n`;
}

function textOf(listing: Listing, status: NodeStatus, json: boolean, style: Style): string {
  return json ? JSON.stringify(listing.part(status), null, 2) : listing.view(status, style).join("\n");
}
