import type { Command } from "commander";
import type { NetworkMembers } from "@flor/runtime/networks";
import type { Terminal } from "../terminal.ts";
import { membersView } from "../views/members-view.ts";
import { askNetworks, type NetworkChoice } from "./with-networks.ts";

/** Adds `flor members`. */
export function addMembers(program: Command, terminal: Terminal): void {
  program
    .command("members")
    .description("list who belongs to the node's networks")
    .option("--node <name>", "which node, when several run")
    .option("-c, --config <file>", "a configuration")
    .option("--json", "print JSON")
    .action(async (options: NetworkChoice & { json?: true }) => {
      const networks = await membersOf(options, terminal);
      const lines = options.json ? [JSON.stringify(networks, null, 2)] : membersView(networks, terminal.style);
      terminal.write(`${lines.join("\n")}\n`);
    });
}

/** All members that the node knows. */
export async function membersOf(choice: NetworkChoice, terminal: Terminal): Promise<readonly NetworkMembers[]> {
  return (await askNetworks(choice, terminal, {
    request: { method: "members", params: {} },
    offline: (control) => control.members(),
  })) as readonly NetworkMembers[];
}
