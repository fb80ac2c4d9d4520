import type { Command } from "commander";
import { createNetwork, type CreateOptions } from "../networks/create-network.ts";
import { signGrant } from "../networks/root-signatures.ts";
import type { Terminal } from "../terminal.ts";
import { membersOf } from "./members.ts";
import { askNetworks, type NetworkChoice } from "./with-networks.ts";

/** Adds `flor network create` and `flor network grant`. */
export function addNetwork(program: Command, terminal: Terminal): void {
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  const network = program.command("network").description("create a network, and do what only its root key can");
  network
    .command("create")
    .description("create a network and its root key; this node becomes its first member, and can invite others")
    .argument("<name>", "the network's name: a to z, digits, -")
    .option("--as <name>", "this node's name; by default this machine's")
    .option("--listen <address>", "where a new configuration listens for other nodes, UDP", "0.0.0.0:4600")
    .option("--socks5 <address>", "where a new configuration takes clients", "127.0.0.1:1080")
    .option("--address <host:port>", "where others reach this node, for invites; may be repeated", collect, [])
    .option(
      "--allow <pattern>",
      "what members may reach from here, in a new configuration; may be repeated",
      collect,
      [],
    )
    .option("--root <file>", "where to write the root key; by default beside the configuration")
    .option("-c, --config <file>", "the configuration; created if it does not exist")
    .action(async (name: string, options: CreateOptions) => {
      for (const line of await createNetwork(name, options, terminal)) terminal.write(`${line}\n`);
    });
  network
    .command("grant")
    .description("sign a member's membership with the root key: change its roles, or renew it for a year")
    .argument("<member>", "its name or its id")
    .requiredOption("--root <file>", "the root key")
    .option("--role <role>", "its roles from now on, issuer among them; may be repeated", collect, [])
    .option("--network <name>", "which network, when the node belongs to several")
    .option("--node <name>", "which node, when several run")
    .option("-c, --config <file>", "a configuration")
    .action(async (member: string, options: GrantOptions) => {
      const networks = await membersOf(options, terminal);
      const { network: named, root: rootFile, role } = options;
      const roles = role.length === 0 ? undefined : role;
      const signed = signGrant({ networks, network: named, member, rootFile, roles });
      const params = { ...(named !== undefined && { network: named }), records: signed.records };
      await askNetworks(options, terminal, {
        request: { method: "network.add", params },
        offline: (control) => control.add(params),
      });
      terminal.write(`granted ${signed.named}\n`);
    });
}

interface GrantOptions extends NetworkChoice {
  readonly root: string;
  readonly role: readonly string[];
  readonly network?: string;
}
