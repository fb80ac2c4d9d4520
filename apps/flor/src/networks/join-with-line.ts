/** Joins: asks the inviter, then writes what makes this machine a node of the network. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Config, extendConfig } from "@flor/config";
import { encodeNetworkId, hexOf, type Invite, listenFor } from "@flor/membership";
import { shellWord } from "@flor/machine";
import { encodeNodeId, type Identity } from "@flor/quic";
import type { Joined, NotJoinedError } from "@flor/runtime/networks";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { askNetworks } from "../commands/with-networks.ts";
import { loadConfigOrFail } from "../load-config-or-fail.ts";
import { planOfRunningNode } from "../plan-of-running-node.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { printableLine } from "../views/printable.ts";
import { VERSION } from "../version.ts";
import { MadeKeys } from "./made-keys.ts";
import { beginOfConfiguration, keyBeside, placeOf, stateOf } from "./node-folder.ts";
import { checkNetworkPut, putNetwork } from "./put-network.ts";
import { readInvite } from "./read-invite.ts";

/** Options of `flor join`. */
export interface JoinCommandOptions {
  readonly json?: true;
  readonly config?: string;
  readonly socks5: string;
}

/** What was joined, and what is there now. */
export interface JoinReport {
  readonly network: string;
  /** `flornet1…`. */
  readonly id: string;
  /** What this machine is called. */
  readonly name: string;
  readonly roles: readonly string[];
  /** ISO 8601. */
  readonly expires: string;
  /** The configuration file. */
  readonly config: string;
  /** The configuration was made, not added to. */
  readonly isNew: boolean;
  /** The command to go on with. */
  readonly next: string;
}

/** What a newcomer has, and what it is to become. */
interface Joining {
  readonly invite: Invite;
  readonly file: string;
  /** The configuration that is there; `undefined`: none. */
  readonly config: Config | undefined;
  readonly identity: Identity;
  readonly options: JoinCommandOptions;
  readonly terminal: Terminal;
}

/** How long an inviter may take before the person at the terminal is told that it is asked. */
const QUIET_MS = 2000;

/** Does it. What fails before the membership is given leaves everything as it was. @throws CommandError */
export async function joinWithLine(
  words: readonly string[],
  options: JoinCommandOptions,
  terminal: Terminal,
): Promise<JoinReport> {
  const invite = await readInvite(words, terminal);
  const { file, exists } = placeOf(options.config, terminal);
  const config = exists ? loadConfigOrFail(file, terminal) : undefined;
  refuseOtherNetwork(invite, config, file);
  const made = new MadeKeys();
  try {
    // The key is on disk before the invite is used: after an interruption, join again with the same line.
    const identity = config?.identity ?? keyBeside(file, made);
    refuseOwnInvite(invite, identity);
    const joining = { invite, file, config, identity, options, terminal };
    for (const address of invite.addresses.slice(0, 1))
      checkNetworkPut({ file, text: textWith(joining, address), root: invite.root });
    const joined = await asked(joining);
    return await report(await take(joining, joined), joined);
  } catch (error) {
    // Another command may have put a node beside the key meanwhile.
    if (!mayBeMember(error) && !existsSync(file)) made.takeBack();
    throw error;
  }
}

/** Asks the inviter, and says so when that takes its time. */
async function asked({ invite, identity, terminal }: Joining): Promise<Joined> {
  const { isOverHere, JOIN_LATE_MS, JOIN_MS, joinNetwork, placesOf } = await import("@flor/runtime/networks");
  const isOver = isOverHere(invite);
  if (isOver)
    terminal.writeError("by this machine's clock the invite has expired; the inviter is asked all the same\n");
  const seconds = (isOver ? JOIN_LATE_MS : JOIN_MS) / 1000;
  const text = `asking ${invite.inviterName} at ${placesOf(invite)}, for up to ${seconds} s\n`;
  const patience = setTimeout(() => terminal.writeError(text), QUIET_MS);
  try {
    return await joinNetwork(invite, { identity, version: VERSION });
  } catch (cause) {
    // The inviter has said it, and may be anybody.
    const reason = printableLine((cause as Error).message);
    throw new CommandError(`${invite.network} was not joined: ${reason}`, { cause });
  } finally {
    clearTimeout(patience);
  }
}

/**
 * Writes down what was given; what fails here has made a member all the same.
 *
 * @returns what the newcomer had before, as of now
 */
async function take(before: Joining, joined: Joined): Promise<Joining> {
  const records = joined.records.map(({ octets }) => octets);
  try {
    const joining = { ...before, config: configNow(before) };
    const { invite, file, config, terminal } = joining;
    const known = networkOf(config, invite);
    if (known !== undefined) await addRecords(known.name, records, { file, terminal });
    const text = textWith(joining, joined.address);
    await putNetwork({ file, text, root: invite.root, records: known === undefined ? records : [], isLasting: true });
    return joining;
  } catch (cause) {
    throw new HalfJoinedError(cause as Error);
  }
}

/** The inviter may have taken a minute, and another command or a person may have written the file meanwhile. */
function configNow({ invite, file, config: before, identity, terminal }: Joining): Config | undefined {
  if (before === undefined && !existsSync(file)) return undefined;
  const config = loadConfigOrFail(file, terminal);
  refuseOtherNetwork(invite, config, file);
  if (hexOf(config.identity.publicKey) !== hexOf(identity.publicKey))
    throw new CommandError(`${file} has come to name another key than the one that is a member now`, {
      advice: `let it name that key again, ${encodeNodeId(identity.publicKey)}, and repeat the command with the same line`,
    });
  return config;
}

/** The machine is a member, and its files do not say so: they are kept, for another attempt with the same line. */
class HalfJoinedError extends CommandError {
  constructor(cause: Error) {
    super(cause.message, { ...(cause instanceof CommandError && cause.advice && { advice: cause.advice }), cause });
  }
}

function mayBeMember(error: unknown): boolean {
  const { cause } = error as { readonly cause?: unknown };
  // By its name: its module is the whole network stack.
  const isSilent = cause instanceof Error && cause.name === "NotJoinedError" && (cause as NotJoinedError).mayBeMember;
  return error instanceof HalfJoinedError || isSilent;
}

async function report({ invite, file, config, options, terminal }: Joining, joined: Joined): Promise<JoinReport> {
  const node = config === undefined ? undefined : (await planOfRunningNode(resolve(file), terminal.environment))?.node;
  const up = `${TYPED_FLOR} up${options.config === undefined ? "" : ` -c ${shellWord(file)}`}`;
  return {
    network: invite.network,
    id: encodeNetworkId(invite.root),
    name: invite.name,
    roles: joined.roles,
    expires: new Date(joined.expires).toISOString(),
    config: file,
    isNew: config === undefined,
    next: node === undefined ? up : `${TYPED_FLOR} reload --node ${node}`,
  };
}

/** Lines of `flor join`. */
export function joinedLines({ network, name, roles, expires, config, isNew, next }: JoinReport): readonly string[] {
  const withRoles = roles.length === 0 ? "" : `, with the roles ${roles.join(", ")}`;
  return [
    `joined ${network} as ${name}${withRoles}, until ${expires.slice(0, 10)}; a running issuer renews it`,
    `${isNew ? "wrote" : "added to"} ${config}`,
    `next: ${next}`,
  ];
}

function networkOf(config: Config | undefined, { root }: Invite): Config["networks"][number] | undefined {
  return config?.networks.find((one) => hexOf(one.root) === hexOf(root));
}

/** What the configuration is to say when the inviter answered at an address. */
function textWith({ invite, file, config, options }: Joining, address: Joined["address"]): string {
  const before = config === undefined ? newConfiguration(invite, options) : readFileSync(file, "utf8");
  const isKnown = networkOf(config, invite) !== undefined;
  return extendConfig(before, additions(invite, address, { config, file, isKnown }));
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

function refuseOwnInvite({ inviter, name }: Invite, { publicKey }: Identity): void {
  if (hexOf(inviter) === hexOf(publicKey))
    throw new CommandError("this machine made that invite, and is a member", {
      exitCode: EXIT_USAGE,
      advice: `use it on the machine that is to be ${name}`,
    });
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
  { kind, address }: Joined["address"],
  { config, file, isKnown }: { config: Config | undefined; file: string; isKnown: boolean },
): Parameters<typeof extendConfig>[1] {
  const networks = isKnown ? [] : [{ name: invite.network, id: encodeNetworkId(invite.root), ...stateOf(file) }];
  const id = encodeNodeId(invite.inviter);
  const peers = config?.peers ?? [];
  if (peers.some((peer) => peer.id === id)) return { networks };
  const link = config?.links.find((one) => one.kind === kind)?.name;
  const fresh = unused(kind, config?.links.map(({ name }) => name) ?? []);
  const name = unused(invite.inviterName, [config?.name ?? invite.name, ...peers.map((peer) => peer.name)]);
  const inviter = { name, id, link: link ?? fresh, address };
  return {
    networks,
    links: link === undefined ? [{ name: fresh, kind, ...listenFor({ kind, address }) }] : [],
    peers: [inviter],
  };
}

function unused(name: string, taken: readonly string[]): string {
  for (let count = 2, free = name; ; count += 1, free = `${name}-${count}`) if (!taken.includes(free)) return free;
}

function newConfiguration({ name, inviterName }: Invite, { socks5 }: JoinCommandOptions): string {
  return `${beginOfConfiguration(name, socks5)}
# What members may reach from here. Without a rule nothing goes out.
# outbounds:
#   - tcp: { allow: ["*"] }

# Which peer lets a destination out; the first match wins.
routes:
  - { to: "*", through: ${inviterName} }
`;
}
