import type { Command } from "commander";
import type { Config } from "@flor/config";
import { OwnAddresses } from "@flor/host";
import { parseAuthority, UDP_INBOUND } from "@flor/inbounds";
import { decide, type Decision, type OwnEndpoints } from "@flor/route";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { loadConfigOrFail } from "../load-config-or-fail.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { membersOf } from "./members.ts";
import type { NetworkChoice } from "./with-networks.ts";

interface ExplainOptions extends NetworkChoice {
  readonly udp?: true;
  readonly json?: true;
}

/** Adds `flor policy explain`. */
export function addPolicy(program: Command, terminal: Terminal): void {
  program
    .command("policy")
    .description("show what this node lets out, and for whom")
    .command("explain")
    .description("say whether somebody may reach a destination through this node, and by which rule")
    .argument("<who>", "a peer or member, or USER@NODE")
    .argument(
      "<destination>",
      "HOST:PORT; a name is judged before it is resolved, and its addresses by their own rules",
    )
    .option("--udp", "by UDP")
    .option("--node <name>", "which node, when several run")
    .option("-c, --config <file>", "a configuration")
    .option("--json", "print JSON")
    .action(async (who: string, destination: string, options: ExplainOptions) => {
      const explained = await explain(who, destination, options, terminal);
      terminal.write(`${options.json ? JSON.stringify(explained, null, 2) : explainedLine(explained)}\n`);
    });
}

/** What the rules say. */
type Explained = Decision & {
  readonly who: string;
  readonly roles: readonly string[];
  readonly destination: string;
  readonly kind: "tcp" | "udp";
};

async function explain(text: string, place: string, options: ExplainOptions, terminal: Terminal): Promise<Explained> {
  const destination = parseAuthority(place);
  if (destination === undefined)
    throw new CommandError(`${place} is not a host and a port: write example.org:443 or "[2001:db8::1]:22"`, {
      exitCode: EXIT_USAGE,
    });
  const config = loadConfigOrFail(options.config, terminal);
  const at = text.lastIndexOf("@");
  const [user, node] = at < 0 ? [undefined, text] : [text.slice(0, at), text.slice(at + 1)];
  if (user === "" || node === "")
    throw new CommandError(`${text} is neither a node nor USER@NODE`, { exitCode: EXIT_USAGE });
  const networks = config.networks.length === 0 ? [] : await membersOf(options, terminal);
  const memberships = networks.flatMap(({ members }) => members).filter(({ name, id }) => name === node || id === node);
  const isListed = config.peers.some(({ name }) => name === node);
  const network = foreignOf(config, node);
  if (memberships.length === 0 && !isListed && network === undefined)
    throw new CommandError(`${node} is neither a peer nor a member here, and nobody else is let in`, {
      exitCode: EXIT_USAGE,
      advice: `who is: ${TYPED_FLOR} peers`,
    });
  const roles = [...new Set(memberships.flatMap((member) => member.roles))];
  const kind = options.udp === true ? "udp" : "tcp";
  const outbounds = config.outbounds.filter((outbound) => outbound.kind === kind);
  const rules = { allow: outbounds.flatMap(({ allow }) => allow), deny: outbounds.flatMap(({ deny }) => deny) };
  const decision = decide(rules, { node, roles, user, network }, { ...destination, own: ownOf(config, kind) });
  return { who: text, roles, destination: place, kind, ...decision };
}

function explainedLine(explained: Explained): string {
  const { who, roles, destination, kind } = explained;
  const whom = `${who}${roles.length === 0 ? "" : ` (${roles.join(", ")})`}`;
  return `${whom} to ${destination}, ${kind}: ${decisionText(explained)}`;
}

/** The network of others that a name such as `bob.work` is of. */
function foreignOf({ foreign }: Config, node: string): string | undefined {
  const network = node.slice(node.lastIndexOf(".") + 1);
  return node.includes(".") && foreign.some(({ name }) => name === network) ? network : undefined;
}

/** What the egress takes for this machine's own, as far as the configuration and the interfaces tell. */
function ownOf({ inbounds, metrics }: Config, kind: "tcp" | "udp"): OwnEndpoints {
  const addresses = new OwnAddresses().at(performance.now());
  const isUdp = kind === "udp";
  const places = [
    ...inbounds.filter((inbound) => (inbound.kind === UDP_INBOUND) === isUdp),
    isUdp ? undefined : metrics,
  ];
  const ports = places.flatMap((place) => (place !== undefined && "port" in place.listen ? [place.listen.port] : []));
  return { addresses: "code" in addresses ? undefined : addresses, ports };
}

function decisionText(decision: Decision): string {
  if (decision.allowed) return `allowed, by the rule ${decision.rule ?? ""}`;
  const by = decision.rule === undefined ? "" : `, by the rule ${decision.rule}`;
  const port = decision.isForPort === true ? "; other ports are allowed" : "";
  return `refused, ${decision.refused}${by}${port}`;
}
