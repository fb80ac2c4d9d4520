import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { addLinkControl } from "./link-control.ts";
import { addLinkTest } from "./link-test.ts";

/** Options of `flor link serve`. */
interface ServeOptions {
  readonly node?: string;
  readonly link?: string;
}

/** Adds `flor link …`. */
export function addLink(program: Command, terminal: Terminal): void {
  const link = program
    .command("link")
    .description("manage the links of a running node, test links, serve the far side of one")
    .helpCommand(false);
  link
    .command("serve")
    .description("serve the far side of an exec link: connect standard input and output to a node that runs here")
    .requiredOption("--stdio", "carry frames on standard input and output")
    .option("--node <name>", "which node, when several serve")
    .option("--link <name>", "which of its links, when several serve")
    .action(async ({ node, link: name }: ServeOptions) => {
      const { serveStdio } = await import("../serve-stdio.ts");
      await serveStdio({ node, link: name, environment: terminal.environment });
    });
  addLinkControl(link, terminal);
  addLinkTest(link, terminal);
}
