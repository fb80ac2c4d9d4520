/** Begins a network: its root key, its first member, and their place in a configuration. */
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Config, extendConfig } from "@flor/config";
import { createSigner } from "@flor/host";
import { encodeNetworkId, hexOf, isMemberName, ISSUER, issueMembership, MEMBERSHIP_MAX_DAYS } from "@flor/membership";
import { shellWord } from "@flor/machine";
import type { Identity } from "@flor/quic";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { loadConfigOrFail } from "../load-config-or-fail.ts";
import { planOfRunningNode } from "../plan-of-running-node.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { demandMemberNames } from "./fit-words.ts";
import { MadeKeys } from "./made-keys.ts";
import { beginOfConfiguration, keyBeside, nameOfMachine, placeOf, stateOf } from "./node-folder.ts";
import { checkNetworkPut, putNetwork } from "./put-network.ts";
import { demandPossibleClock } from "./possible-clock.ts";

/** Options of `flor network create`. */
export interface CreateOptions {
  readonly as?: string;
  readonly listen?: string;
  readonly socks5?: string;
  readonly address: readonly string[];
  readonly allow: readonly string[];
  readonly root?: string;
  readonly config?: string;
  readonly json?: true;
}

/** What was created. */
export interface CreateReport {
  readonly network: string;
  /** `flornet1…`. */
  readonly id: string;
  /** What this node is called in it. */
  readonly name: string;
  /** The configuration file. */
  readonly config: string;
  /** The configuration was made, not added to. */
  readonly isNew: boolean;
  /** The file of the root key. */
  readonly rootKey: string;
  /** The command to go on with. */
  readonly next: string;
  /** Options that mean nothing to a configuration that is there. */
  readonly ignored: readonly string[];
}

/** Where a new configuration listens for nodes, and takes clients. */
export const LISTEN_DEFAULT = "0.0.0.0:4600";
export const SOCKS5_DEFAULT = "127.0.0.1:1080";

/** Does it; what fails leaves everything as it was. @throws CommandError */
export async function createNetwork(
  network: string,
  options: CreateOptions,
  terminal: Terminal,
): Promise<CreateReport> {
  demandPossibleClock(Date.now());
  const { file, exists } = placeOf(options.config, terminal);
  const config = exists ? loadConfigOrFail(file, terminal) : undefined;
  const own = options.as ?? ownNameIn(config);
  demandMemberNames(network, own);
  if (config?.networks.some(({ name }) => name === network) === true)
    throw new CommandError(`${file} already has a network ${network}`, { exitCode: EXIT_USAGE });
  const rootFile = options.root ?? join(dirname(file), `${network}.root.key`);
  const made = new MadeKeys();
  try {
    const identity = config?.identity ?? keyBeside(file, made);
    const root = made.make(rootFile, "the root key");
    const entry = { name: network, id: encodeNetworkId(root.publicKey), ...stateOf(file), ...addressesIn(options) };
    const before = exists ? readFileSync(file, "utf8") : configuration(own, options);
    const put = { file, text: extendConfig(before, { networks: [entry] }), root: root.publicKey };
    checkNetworkPut(put);
    await putNetwork({ ...put, records: [firstMember(root, identity, own)], isLasting: false });
    const runs = exists ? await planOfRunningNode(resolve(file), terminal.environment) : undefined;
    const up = `${TYPED_FLOR} up${options.config === undefined ? "" : ` -c ${shellWord(file)}`}`;
    return {
      network,
      id: entry.id,
      name: own,
      config: file,
      isNew: !exists,
      rootKey: rootFile,
      next: runs === undefined ? up : `${TYPED_FLOR} reload --node ${runs.node}`,
      ignored: exists ? ofNewConfiguration(options) : [],
    };
  } catch (error) {
    // It signed nothing that anybody has: the command can be said again.
    made.takeBack();
    throw error;
  }
}

/** Lines of `flor network create`. */
export function createdLines(report: CreateReport): readonly string[] {
  const { network, name, config, isNew, rootKey, next, ignored } = report;
  return [
    `${isNew ? "wrote" : "added to"} ${config}: network ${network}, this node is ${name} in it, and may invite`,
    `wrote ${rootKey}, the root key. It makes and revokes issuers, and is needed for nothing else:`,
    "  move it to offline storage, and keep a copy. It gives control of the whole network.",
    ...(ignored.length === 0
      ? []
      : [`${ignored.join(" and ")} did nothing, since there was a configuration already: write there what you want`]),
    "",
    `next: ${next}`,
    `then, for each other machine: ${TYPED_FLOR} invite NAME`,
  ];
}

/** Options that were given, and say what a new configuration says. */
function ofNewConfiguration({ listen, socks5, allow }: CreateOptions): readonly string[] {
  return [
    ...(listen === undefined ? [] : ["--listen"]),
    ...(socks5 === undefined ? [] : ["--socks5"]),
    ...(allow.length === 0 ? [] : ["--allow"]),
  ];
}

/** The name of the node where it can be a member's, else that of the machine. */
function ownNameIn(config: Config | undefined): string {
  return config !== undefined && isMemberName(config.name) ? config.name : nameOfMachine();
}

/** An issuer, for as long as there may be: the root key is away. */
function firstMember(root: Identity, { publicKey }: Identity, name: string): Uint8Array {
  const network = hexOf(root.publicKey);
  const wish = { network, signer: network, key: hexOf(publicKey), name, roles: [ISSUER], days: MEMBERSHIP_MAX_DAYS };
  return issueMembership(wish, createSigner(root), Date.now()).octets;
}

function addressesIn({ address }: CreateOptions): { readonly addresses?: readonly string[] } {
  return address.length === 0 ? {} : { addresses: address };
}

function configuration(
  name: string,
  { listen = LISTEN_DEFAULT, allow, socks5 = SOCKS5_DEFAULT }: CreateOptions,
): string {
  const outbounds =
    allow.length === 0
      ? `# What members may reach from here. Without a rule nothing goes out.
# outbounds:
#   - tcp: { allow: ["*"] }
`
      : `# What members may reach from here.
outbounds:
  - tcp: { allow: ${JSON.stringify(allow)} }
`;
  return `${beginOfConfiguration(name, socks5)}
${outbounds}
# How frames get to other nodes, here over UDP. Routers and firewalls must let this port in.
links:
  - { name: udp, kind: udp, listen: "${listen}" }
`;
}
