/** Joins: asks the inviter, then writes what makes this machine a node of the network. */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Config, extendConfig } from "@flor/config";
import { decodeInvite, encodeNetworkId, hexOf, type Invite } from "@flor/membership";
import { shellWord } from "@flor/machine";
import { encodeNodeId } from "@flor/quic";
import type { Joined } from "@flor/runtime/networks";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { askNetworks } from "../commands/with-networks.ts";
import { loadConfigOrFail } from "../load-config-or-fail.ts";
import { planOfRunningNode } from "../plan-of-running-node.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { VERSION } from "../version.ts";
import { beginOfConfiguration, keyBeside, placeOf, stateOf } from "./node-folder.ts";
import { putNetwork } from "./put-network.ts";

/** Options of `flor join`. */
export interface JoinCommandOptions {
  readonly config?: string;
  readonly socks5: string;
}

/** What was joined, and the file that says so. */
interface Joining {
  readonly invite: Invite;
  readonly joined: Joined;
  readonly file: string;
}

/** Does it; the lines to print. @throws CommandError */
export async function joinWithLine(
  line: string,
  options: JoinCommandOptions,
  terminal: Terminal,
): Promise<readonly string[]> {
  const invite = decodeInvite(line);
  if ("problem" in invite) throw new CommandError(`this is not an invite: ${invite.problem}`, { exitCode: EXIT_USAGE });
  const { file, exists } = placeOf(options.config, terminal);
  const config = exists ? loadConfigOrFail(file, terminal) : undefined;
  refuseOtherNetwork(invite, config, file);
  // The key is on disk before the invite is used: after an interruption, join again with the same line.
  const identity = config?.identity ?? keyBeside(file);
  const { joinNetwork } = await import("@flor/runtime/networks");
  let joined: Joined;
  try {
    joined = await joinNetwork(invite, { identity, version: VERSION });
  } catch (cause) {
    throw new CommandError(`${invite.network} was not joined: ${(cause as Error).message}`, { cause });
  }
  const known = config?.networks.find((one) => hexOf(one.root) === hexOf(invite.root));
  const before = exists ? readFileSync(file, "utf8") : newConfiguration(invite, identity.id, options);
  const text = extendConfig(before, additions(invite, joined, { config, file, isKnown: known !== undefined }));
  const records = joined.records.map(({ octets }) => octets);
  if (known !== undefined) await addRecords(known.name, records, { file, terminal });
  await putNetwork({ file, text, root: invite.root, records: known === undefined ? records : [], isLasting: true });
  const runs = exists ? await planOfRunningNode(resolve(file), terminal.environment) : undefined;
  return reportLines({ invite, joined, file, exists, node: runs?.node }, options);
}

/** The node is in the network already: one that runs keeps the network's file itself. */
async function addRecords(
  network: string,
  records: readonly Uint8Array[],
  { file, terminal }: { file: string; terminal: Terminal },
): Promise<void> {
  const params = { network, records: records.map(hexOf) };
  await askNetworks({ config: file }, terminal, {
    request: { method: "network.add", params },
    offline: (control) => control.add(params),
  });
}

/** @param node the one that runs from the file */
function reportLines(
  { invite, joined, file, exists, node }: Joining & { readonly exists: boolean; readonly node: string | undefined },
  options: JoinCommandOptions,
): readonly string[] {
  const { network, name } = invite;
  const roles = joined.roles.length === 0 ? "" : `, with the roles ${joined.roles.join(", ")}`;
  const until = new Date(joined.expires).toISOString().slice(0, 10);
  const up = `${TYPED_FLOR} up${options.config === undefined ? "" : ` -c ${shellWord(file)}`}`;
  return [
    `joined ${network} as ${name}${roles}, until ${until}; a running issuer renews it`,
    `${exists ? "added to" : "wrote"} ${file}`,
    `next: ${node === undefined ? up : `${TYPED_FLOR} reload --node ${node}`}`,
  ];
}

function refuseOtherNetwork({ root, network }: Invite, config: Config | undefined, file: string): void {
  const other = config?.networks.find((one) => one.name === network && hexOf(one.root) !== hexOf(root));
  if (other !== undefined)
    throw new CommandError(`${file} has a different network called ${network}, with another root key`, {
      exitCode: EXIT_USAGE,
      advice: "join with another configuration: -c FILE",
    });
}

/** What the file lacks: the network, a link that leads to the inviter, and the inviter. */
function additions(
  invite: Invite,
  { address }: Joined,
  { config, file, isKnown }: { config: Config | undefined; file: string; isKnown: boolean },
): Parameters<typeof extendConfig>[1] {
  const { kind } = address;
  const networks = isKnown ? [] : [{ name: invite.network, id: encodeNetworkId(invite.root), ...stateOf(file) }];
  const id = encodeNodeId(invite.inviter);
  const peers = config?.peers ?? [];
  if (peers.some((peer) => peer.id === id)) return { networks };
  const link = config?.links.find((one) => one.kind === kind)?.name;
  const fresh = unused(kind, config?.links.map(({ name }) => name) ?? []);
  const name = unused(invite.inviterName, [config?.name ?? invite.name, ...peers.map((peer) => peer.name)]);
  const inviter = { name, id, link: link ?? fresh, address: address.address };
  return { networks, links: link === undefined ? [{ name: fresh, kind }] : [], peers: [inviter] };
}

function unused(name: string, taken: readonly string[]): string {
  for (let count = 2, free = name; ; count += 1, free = `${name}-${count}`) if (!taken.includes(free)) return free;
}

function newConfiguration({ name, inviterName }: Invite, id: string, { socks5 }: JoinCommandOptions): string {
  return `${beginOfConfiguration(name, id, socks5)}
# What members may reach from here. Without a rule nothing goes out.
# outbounds:
#   - tcp: { allow: ["*"] }

# Which peer lets a destination out; the first match wins.
routes:
  - { to: "*", through: ${inviterName} }
`;
}
