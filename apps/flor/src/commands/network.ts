import type { Command } from "commander";
import {
  createdLines,
  createNetwork,
  type CreateOptions,
  LISTEN_DEFAULT,
  SOCKS5_DEFAULT,
} from "../networks/create-network.ts";
import { demandRoles } from "../networks/fit-words.ts";
import { type Granted, signGrant } from "../networks/root-signatures.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
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
    .option(
      "--listen <address>",
      `where a new configuration listens for other nodes, UDP (default: "${LISTEN_DEFAULT}")`,
    )
    .option("--socks5 <address>", `where a new configuration takes clients (default: "${SOCKS5_DEFAULT}")`)
    .option("--address <host:port>", "where others reach this node, for invites; may be repeated", collect, [])
    .option(
      "--allow <pattern>",
      "what members may reach from here, in a new configuration; may be repeated",
      collect,
      [],
    )
    .option("--root <file>", "where to write the root key; by default beside the configuration")
    .option("-c, --config <file>", "the configuration; created if it does not exist")
    .option("--json", "print JSON")
    .action(async (name: string, options: CreateOptions) => {
      const report = await createNetwork(name, options, terminal);
      terminal.write(`${(options.json ? [JSON.stringify(report, null, 2)] : createdLines(report)).join("\n")}\n`);
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
    .option("--json", "print JSON")
    .action(async (member: string, options: GrantOptions) => {
      const granted = await grant(member, options, terminal);
      terminal.write(`${(options.json ? [JSON.stringify(granted, null, 2)] : grantedLines(granted)).join("\n")}\n`);
    });
}

interface GrantOptions extends NetworkChoice {
  readonly root: string;
  readonly role: readonly string[];
  readonly network?: string;
  readonly json?: true;
}

/** What was granted. */
type GrantReport = Pick<Granted, "network" | "roles" | "expires" | "isWithoutIssuer"> & { readonly name: string };

async function grant(member: string, options: GrantOptions, terminal: Terminal): Promise<GrantReport> {
  const { network: named, root: rootFile, role } = options;
  demandRoles(role);
  const networks = await membersOf(options, terminal);
  const wanted = role.length === 0 ? undefined : role;
  const { records, named: name, ...granted } = signGrant({ networks, network: named, member, rootFile, roles: wanted });
  const params = { network: granted.network, records };
  await askNetworks(options, terminal, {
    request: { method: "network.add", params },
    offline: (control) => control.add(params),
  });
  return { name, ...granted };
}

function grantedLines({ name, network, roles, expires, isWithoutIssuer }: GrantReport): readonly string[] {
  const what = roles.length === 0 ? "a member without roles" : `the roles ${roles.join(", ")}`;
  return [
    `granted ${name}: ${what}, in ${network}, until ${expires.slice(0, 10)}`,
    ...(isWithoutIssuer
      ? [
          `${network} has no issuer now: nobody can invite, renew or revoke without the root key. To change that: ${TYPED_FLOR} network grant NAME --role issuer --root FILE`,
        ]
      : []),
  ];
}
