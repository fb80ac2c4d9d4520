import type { Command } from "commander";
import { askNode } from "../ask-node.ts";
import type { Terminal } from "../terminal.ts";

/** Adds `flor metrics`. */
export function addMetrics(program: Command, terminal: Terminal): void {
  program
    .command("metrics")
    .description("print a running node's metrics, as Prometheus reads them")
    .option("--node <name>", "which node, when several run")
    .action(async ({ node }: { readonly node?: string }) => {
      const choice = { name: node, environment: terminal.environment };
      terminal.write((await askNode(choice, { method: "metrics", params: {} })) as string);
    });
}
