import type { Command } from "commander";
import { MEMBERSHIP_MAX_DAYS } from "@flor/membership";
import type { InviteParams, MadeInvite } from "@flor/runtime/networks";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { demandInviteAddresses, demandMemberNames, demandRoles } from "../networks/fit-words.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { printableLine } from "../views/printable.ts";
import { durationOf } from "./duration.ts";
import { askNetworks, type NetworkChoice } from "./with-networks.ts";

interface InviteOptions extends NetworkChoice {
  readonly role: readonly string[];
  readonly expires: string;
  readonly days: string;
  readonly address: readonly string[];
  readonly network?: string;
  readonly qr: boolean;
  readonly json?: true;
}

/** An invite is a key to the network: it lies about no longer than this. */
const EXPIRES_MAX_MS = 30 * 86_400_000;

/** Adds `flor invite`. */
export function addInvite(program: Command, terminal: Terminal): void {
  const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value];
  program
    .command("invite")
    .description("print a line that lets one machine join the network, once")
    .argument("<name>", "what the newcomer is called: a to z, digits, -")
    .option("--role <role>", "a role that rules can name; may be repeated", collect, [])
    .option("--expires <time>", "how long the invite is valid, such as 30m, 24h, 7d", "24h")
    .option("--days <days>", "how long the membership lasts; a running issuer renews it", "365")
    .option("--address <host:port>", "where this node is reached; may be repeated, tcp:HOST:PORT for tcp", collect, [])
    .option("--network <name>", "which network, when the node belongs to several")
    .option("--node <name>", "which node, when several run")
    .option("-c, --config <file>", "a configuration")
    .option("--no-qr", "draw no QR code on a terminal")
    .option("--json", "print JSON")
    .action(async (name: string, options: InviteOptions) => invite(name, options, terminal));
}

async function invite(name: string, options: InviteOptions, terminal: Terminal): Promise<void> {
  const params = paramsOf(name, options);
  const made = (await askNetworks(options, terminal, {
    request: { method: "network.invite", params: { ...params } },
    offline: (control) => control.invite(params),
  })) as MadeInvite;
  if (options.json) {
    const { line, network, addresses, replaces, trouble } = made;
    const expires = new Date(made.expires).toISOString();
    const report = { network, name, roles: params.roles, line, expires, addresses, replaces, trouble };
    terminal.write(`${JSON.stringify(report, null, 2)}\n`);
    return;
  }
  if (terminal.isInteractive && options.qr) {
    const { renderUnicodeCompact } = await import("uqr");
    terminal.writeError(`${renderUnicodeCompact(made.line.toUpperCase(), { ecc: "L", border: 2 })}\n`);
  }
  terminal.write(`${made.line}\n`);
  const { dim } = terminal.errorStyle;
  const until = new Date(made.expires).toISOString().slice(0, 16).replace("T", " ");
  terminal.writeError(
    `${dim("→")} on ${name}: ${TYPED_FLOR} join LINE. Good once, until ${until} UTC, at ${made.addresses.join(", ")}. ` +
      `Anybody who has this line can join as ${name}: send it as you would send a password.${made.replaces ? ` The invite that was open for ${name} is void.` : ""}\n`,
  );
  if (made.trouble !== undefined)
    terminal.writeError(
      `nobody can join with it now: ${printableLine(made.trouble)}; mend that: ${TYPED_FLOR} doctor\n`,
    );
}

function paramsOf(name: string, { role, expires, days, address, network }: InviteOptions): InviteParams {
  demandMemberNames(name);
  demandRoles(role);
  demandInviteAddresses(address);
  const expiresMs = durationOf(expires);
  if (expiresMs === undefined || expiresMs > EXPIRES_MAX_MS)
    throw new CommandError(`--expires ${expires} is not a time from 1s to 30d: write 90m, 24h or 7d`, {
      exitCode: EXIT_USAGE,
    });
  const count = /^\d{1,3}$/.test(days) ? Number(days) : 0;
  if (count < 1 || count > MEMBERSHIP_MAX_DAYS)
    throw new CommandError(`--days ${days} is not a whole number from 1 to ${MEMBERSHIP_MAX_DAYS}`, {
      exitCode: EXIT_USAGE,
    });
  return {
    ...(network !== undefined && { network }),
    name,
    roles: role,
    expiresMs,
    days: count,
    addresses: address,
  };
}
