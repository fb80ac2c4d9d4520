/** Begins a network: its root key, its first member, and their place in a configuration. */
import { existsSync, readFileSync, unlinkSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Config, createKeyFile, extendConfig } from "@flor/config";
import { createSigner } from "@flor/host";
import { encodeNetworkId, hexOf, isMemberName, ISSUER, issueMembership, MEMBERSHIP_MAX_DAYS } from "@flor/membership";
import { shellWord } from "@flor/machine";
import type { Identity } from "@flor/quic";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { loadConfigOrFail } from "../load-config-or-fail.ts";
import { planOfRunningNode } from "../plan-of-running-node.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { beginOfConfiguration, keyBeside, nameOfMachine, placeOf, stateOf } from "./node-folder.ts";
import { putNetwork } from "./put-network.ts";

/** Options of `flor network create`. */
export interface CreateOptions {
  readonly as?: string;
  readonly listen: string;
  readonly socks5: string;
  readonly address: readonly string[];
  readonly allow: readonly string[];
  readonly root?: string;
  readonly config?: string;
}

/** Does it; the lines to print. @throws CommandError */
export async function createNetwork(
  network: string,
  options: CreateOptions,
  terminal: Terminal,
): Promise<readonly string[]> {
  const { file, exists } = placeOf(options.config, terminal);
  const config = exists ? loadConfigOrFail(file, terminal) : undefined;
  const own = options.as ?? ownNameIn(config);
  for (const name of [network, own])
    if (!isMemberName(name))
      throw new CommandError(`${name} is not a valid name: a to z, digits and -, 63 at most`, { exitCode: EXIT_USAGE });
  if (config?.networks.some(({ name }) => name === network) === true)
    throw new CommandError(`${file} already has a network ${network}`, { exitCode: EXIT_USAGE });
  const identity = config?.identity ?? keyBeside(file);
  const rootFile = options.root ?? join(dirname(file), `${network}.root.key`);
  if (existsSync(rootFile)) throw new CommandError(`${rootFile} exists, and keys are never overwritten`);
  const root = createKeyFile(rootFile);
  const entry = { name: network, id: encodeNetworkId(root.publicKey), ...stateOf(file), ...addressesIn(options) };
  const text = exists
    ? extendConfig(readFileSync(file, "utf8"), { networks: [entry] })
    : extendConfig(configuration(own, identity.id, options), { networks: [entry] });
  try {
    await putNetwork({
      file,
      text,
      root: root.publicKey,
      records: [firstMember(root, identity, own)],
      isLasting: false,
    });
  } catch (error) {
    // It signed nothing that anybody has: the command can be said again.
    unlinkSync(rootFile);
    throw error;
  }
  const runs = exists ? await planOfRunningNode(resolve(file), terminal.environment) : undefined;
  const up = `${TYPED_FLOR} up${options.config === undefined ? "" : ` -c ${shellWord(file)}`}`;
  return [
    `${exists ? "added to" : "wrote"} ${file}: network ${network}, this node is ${own} in it, and may invite`,
    `wrote ${rootFile}, the root key. It makes and revokes issuers, and is needed for nothing else:`,
    "  move it to offline storage, and keep a copy. It gives control of the whole network.",
    "",
    `next: ${runs === undefined ? up : `${TYPED_FLOR} reload --node ${runs.node}`}`,
    `then, for each other machine: ${TYPED_FLOR} invite NAME`,
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

function configuration(name: string, id: string, { listen, allow, socks5 }: CreateOptions): string {
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
  return `${beginOfConfiguration(name, id, socks5)}
${outbounds}
# How frames get to other nodes, here over UDP. Routers and firewalls must let this port in.
links:
  - { name: udp, kind: udp, listen: "${listen}" }
`;
}
