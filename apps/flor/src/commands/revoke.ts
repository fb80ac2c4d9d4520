import type { Command } from "commander";
import type { Terminal } from "../terminal.ts";
import type { Revoked } from "@flor/runtime/networks";
import { demandReason } from "../networks/fit-words.ts";
import { signRevocation } from "../networks/root-signatures.ts";
import { membersOf } from "./members.ts";
import { askNetworks, type NetworkChoice } from "./with-networks.ts";

interface RevokeOptions extends NetworkChoice {
  readonly reason: string;
  readonly network?: string;
  readonly root?: string;
  readonly json?: true;
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
    .option("--json", "print JSON")
    .action(async (member: string, options: RevokeOptions) => {
      const { ended, ...report } = await revoke(member, options, terminal);
      terminal.write(options.json ? `${JSON.stringify(report, null, 2)}\n` : `revoked ${ended}\n`);
    });
}

async function revoke(member: string, options: RevokeOptions, terminal: Terminal): Promise<Revoked> {
  const { reason, network, root } = options;
  demandReason(reason);
  if (root !== undefined) {
    const networks = await membersOf(options, terminal);
    const { records, ended } = signRevocation({ networks, network, member, reason, rootFile: root });
    const params = { network: ended.network, records };
    await askNetworks(options, terminal, {
      request: { method: "network.add", params },
      offline: (control) => control.add(params),
    });
    return ended;
  }
  const params = { ...(network !== undefined && { network }), member, reason };
  return (await askNetworks(options, terminal, {
    request: { method: "network.revoke", params },
    offline: (control) => control.revoke(params),
  })) as Revoked;
}
