import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import { signRevocation } from "../networks/root-signatures.ts";
import { membersOf } from "./members.ts";
import { askNetworks, type NetworkChoice } from "./with-networks.ts";

interface RevokeOptions extends NetworkChoice {
  readonly reason: string;
  readonly network?: string;
  readonly root?: string;
}

/** Adds `flor revoke`. */
export function addRevoke(program: Command, terminal: Terminal): void {
  program
    .command("revoke")
    .description("end a member's membership, or withdraw an invite; all nodes learn of it at once")
    .argument("<member>", "its name or its id")
    .option("--reason <text>", "why, for those who see it", "")
    .option("--root <file>", "the root key: for an issuer")
    .option("--network <name>", "which network, when the node belongs to several")
    .option("--node <name>", "which node, when several run")
    .option("-c, --config <file>", "a configuration")
    .action(async (member: string, options: RevokeOptions) => {
      const ended = await revoke(member, options, terminal);
      terminal.write(`revoked ${ended}\n`);
    });
}

async function revoke(member: string, options: RevokeOptions, terminal: Terminal): Promise<string> {
  const { reason, network, root } = options;
  const place = network === undefined ? {} : { network };
  if (root !== undefined) {
    const networks = await membersOf(options, terminal);
    const { records, named } = signRevocation({ networks, network, member, reason, rootFile: root });
    const params = { ...place, records };
    await askNetworks(options, terminal, {
      request: { method: "network.add", params },
      offline: (control) => control.add(params),
    });
    return named;
  }
  const params = { ...place, member, reason };
  const answer = (await askNetworks(options, terminal, {
    request: { method: "network.revoke", params },
    offline: (control) => control.revoke(params),
  })) as { readonly ended: string };
  return answer.ended;
}
