import type { Command } from "commander";
import type { FoundService } from "@flor/node";
import type { ServicesAnswer } from "@flor/runtime/control";
import { askNode } from "../ask-node.ts";
import type { Terminal } from "../terminal.ts";
import { lookupView, servicesView } from "../views/services-view.ts";

interface ServicesOptions {
  readonly node?: string;
  readonly json?: true;
}

/** Adds `flor services` and `flor lookup`. */
export function addServices(program: Command, terminal: Terminal): void {
  const ask = (options: ServicesOptions, method: string, params: Record<string, unknown>): Promise<unknown> =>
    askNode({ name: options.node, environment: terminal.environment }, { method: `service.${method}`, params });
  const print = (answer: unknown, isJson: true | undefined, lines: () => readonly string[]): void =>
    terminal.write(`${isJson === true ? JSON.stringify(answer, null, 2) : lines().join("\n")}\n`);
  program
    .command("services")
    .description("list the services that nodes of the network publish, and those of this node")
    .option("--node <name>", "which node, when several run")
    .option("--json", "print JSON")
    .action(async (options: ServicesOptions) => {
      const answer = (await ask(options, "list", {})) as ServicesAnswer;
      print(answer, options.json, () => servicesView(answer, terminal.style));
    });
  program
    .command("lookup")
    .description("show who publishes a service's name")
    .argument("<name>", "such as db.team, or db")
    .option("--node <name>", "which node, when several run")
    .option("--json", "print JSON")
    .action(async (name: string, options: ServicesOptions) => {
      const answer = (await ask(options, "lookup", { name })) as FoundService;
      print(answer, options.json, () => lookupView(answer, terminal.style));
    });
}
