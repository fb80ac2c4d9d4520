import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { askNode } from "../ask-node.ts";
import type { LinkControl, LinkDetails } from "@flor/runtime/control";
import type { Terminal } from "../terminal.ts";
import { linkView } from "../views/link-view.ts";

interface ControlOptions {
  readonly node?: string;
  readonly json?: true;
  readonly lines?: number;
}

const SHOWN_LINES = 20;

const COMMANDS: readonly { readonly name: keyof LinkControl; readonly description: string }[] = [
  { name: "show", description: "show a link of a running node: state, ports, counters, what it printed last" },
  { name: "restart", description: "move a link's flows to other links, and restart its program" },
  { name: "drain", description: "move a link's flows to other links, and stop it until it is resumed" },
  { name: "resume", description: "put a link back into use that was drained or gave up" },
];

/** Adds `flor link show`, `restart`, `drain` and `resume`. */
export function addLinkControl(link: Command, terminal: Terminal): void {
  for (const { name: method, description } of COMMANDS) {
    link
      .command(method)
      .description(description)
      .argument("<name>", "the link, as flor links lists it")
      .option("--node <name>", "which node, when several run")
      .option("--lines <number>", "how many lines of its log, at most 200", parseLines, SHOWN_LINES)
      .option("--json", "print JSON")
      .action(async (name: string, options: ControlOptions) => {
        const choice = { name: options.node, environment: terminal.environment };
        const details = (await askNode(choice, { method: `link.${method}`, params: { name } })) as LinkDetails;
        const text =
          options.json === true
            ? JSON.stringify(details, null, 2)
            : linkView(details, options.lines ?? SHOWN_LINES, terminal.style).join("\n");
        terminal.write(`${text}\n`);
      });
  }
}

function parseLines(text: string): number {
  const lines = Number(text);
  if (Number.isInteger(lines) && lines >= 0) return lines;
  throw new InvalidArgumentError("The number of lines must be 0 or more.");
}
