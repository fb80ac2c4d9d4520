/**
 * A new key in the place of the old: asked for by both, and signed by an issuer. The node takes it by itself then, while it
 * runs or at its next start; a command that is interrupted changes nothing but when.
 */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type Config, createKeyFile, readKeyFile, replaceKeyFile } from "@flor/config";
import { createSigner } from "@flor/host";
import {
  consentMessage,
  encodeNetworkId,
  hexOf,
  ISSUER,
  issueMembership,
  MEMBERSHIP_MAX_DAYS,
  parseNetworkId,
  signRecord,
} from "@flor/membership";
import { shellWord } from "@flor/machine";
import type { Identity } from "@flor/quic";
import type { NetworkMembers } from "@flor/runtime/networks";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { membersOf } from "../commands/members.ts";
import { askNetworks } from "../commands/with-networks.ts";
import { loadConfigOrFail } from "../load-config-or-fail.ts";
import type { Terminal } from "../terminal.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { rootOf } from "./root-signatures.ts";

/** Options of `flor key rotate`. */
export interface RotateOptions {
  readonly root?: string;
  readonly config?: string;
  readonly json?: true;
}

/** What was rotated. */
export interface RotateReport {
  /** The node's new id. */
  readonly id: string;
  /** The file of the new key; the old one is in the same with `.old`. */
  readonly keyFile: string;
  /** The running node has it already; else it takes it at its start. */
  readonly isTaken: boolean;
  /** The command to go on with; absent: nothing is to be done. */
  readonly next?: string;
  /** Peers of the list that are in no network of the node: they need the new id within a day. */
  readonly outsiders: readonly string[];
}

/** An issuer anywhere in the network answers within this time. */
const ISSUER_MS = 30_000;
const LOOK_MS = 250;
/** After this time the person at the terminal is told what is waited for. */
const QUIET_MS = 2000;
/** A running node takes a key that an issuer signed within this time. */
const TAKEN_MS = 30_000;
const TAKEN = "the node has it already; open flows stay, and the old key is good for a day from now";

/** Does it. @throws CommandError */
export async function rotateKey(options: RotateOptions, terminal: Terminal): Promise<RotateReport> {
  const config = loadConfigOrFail(options.config, terminal);
  const before = await membersOf(options, terminal);
  if (before.length === 0)
    throw new CommandError("the node belongs to no network, so nobody would know its new key", {
      exitCode: EXIT_USAGE,
      advice: `make one with ${TYPED_FLOR} keygen, and have the other sides list its id`,
    });
  demandRoot(before, options);
  const fresh = freshKey(`${config.keyFile}.new`, config.identity);
  for (const network of before) {
    const records = recordsFor(network, { old: config.identity, fresh, rootFile: options.root });
    const params = { network: network.name, records };
    await askNetworks(options, terminal, {
      request: { method: "network.add", params },
      offline: (control) => control.add(params),
    });
  }
  await waitForIssuers(before, fresh.id, options, terminal);
  const isTaken = await isTakenByNode(fresh, options, terminal);
  if (!isTaken) moveIn(config.keyFile, fresh);
  return {
    id: fresh.id,
    keyFile: config.keyFile,
    isTaken,
    ...(!isTaken && { next: startCommand(config, options) }),
    outsiders: outsidersOf(config, before),
  };
}

/** Lines of `flor key rotate`. */
export function rotatedLines({ id, keyFile, next, outsiders }: RotateReport): readonly string[] {
  return [
    `the new key is in ${keyFile}, the old one in ${keyFile}.old; its id is ${id}`,
    next === undefined ? TAKEN : `start the node within a day; from then on only the new key is used: ${next}`,
    ...(outsiders.length === 0
      ? []
      : [`${outsiders.join(", ")}: no member, so it does not hear of the new key; list the new id there within a day`]),
  ];
}

/** An issuer's key is nothing without the root's signature: known before a key is made. */
function demandRoot(networks: readonly NetworkMembers[], { root }: RotateOptions): void {
  const issued = networks.find(({ members }) => members.some(({ isSelf, roles }) => isSelf && roles.includes(ISSUER)));
  if (issued === undefined) return;
  if (root === undefined)
    throw new CommandError(`this node is an issuer of ${issued.name}, and only the root key makes issuers`, {
      exitCode: EXIT_USAGE,
      advice: `name it: ${TYPED_FLOR} key rotate --root FILE`,
    });
  const id = encodeNetworkId(rootOf(root).publicKey);
  if (id !== issued.id)
    throw new CommandError(`${root} is not the root key of ${issued.name}`, { exitCode: EXIT_USAGE });
}

/** The new key, on the disk; the one of an attempt that was interrupted. */
function freshKey(path: string, before: Identity): Identity {
  const read = readKeyFile(path);
  if ("identity" in read && read.identity.id !== before.id) return read.identity;
  if (!existsSync(path)) return createKeyFile(path);
  const problem = "problem" in read ? read.problem : `${path} holds the key that the node has already`;
  throw new CommandError(problem, { advice: `remove it, and repeat the command: rm ${shellWord(path)}` });
}

/** The wish of both keys, and what the root signs at once for an issuer. */
function recordsFor(
  { id, name, members }: NetworkMembers,
  { old, fresh, rootFile }: { old: Identity; fresh: Identity; rootFile: string | undefined },
): readonly string[] {
  const own = members.find(({ isSelf }) => isSelf);
  if (own === undefined) throw new CommandError(`this node is no longer a member of ${name}: join again`);
  const isIssuer = own.roles.includes(ISSUER);
  const root = parseNetworkId(id);
  if (root === undefined) throw new CommandError(`${id} is not a network's id`);
  const network = hexOf(root);
  const now = Date.now();
  const wish = { network, signer: hexOf(old.publicKey), key: hexOf(fresh.publicKey), issued: now };
  const consent = createSigner(fresh)(consentMessage(wish));
  const records = [signRecord({ kind: "rotation", ...wish, consent }, createSigner(old))];
  if (isIssuer && rootFile !== undefined) {
    const since = Math.floor(Date.parse(own.since) / 1000);
    const grant = { network, signer: network, key: wish.key, name: own.name, roles: own.roles, since };
    records.push(issueMembership({ ...grant, days: MEMBERSHIP_MAX_DAYS }, createSigner(rootOf(rootFile)), now));
  }
  return records.map(({ octets }) => hexOf(octets));
}

async function waitForIssuers(
  networks: readonly NetworkMembers[],
  id: string,
  options: RotateOptions,
  terminal: Terminal,
): Promise<void> {
  const [begin, until] = [Date.now(), Date.now() + ISSUER_MS];
  for (let isTold = false; ;) {
    const now = await membersOf(options, terminal);
    const waiting = networks.filter(
      ({ id: network }) => !now.some((one) => one.id === network && one.members.some((member) => member.id === id)),
    );
    if (waiting.length === 0) return;
    if (Date.now() > until)
      throw new CommandError(`no issuer of ${waiting.map(({ name }) => name).join(", ")} signed the new key yet`, {
        advice: "nothing is lost: make sure that an issuer is reachable (flor members), and repeat the command",
      });
    if (!isTold && Date.now() - begin > QUIET_MS) {
      isTold = true;
      const names = waiting.map(({ name }) => name).join(", ");
      terminal.writeError(`waiting for an issuer of ${names} to sign the new key, for up to ${ISSUER_MS / 1000} s\n`);
    }
    await sleep(LOOK_MS);
  }
}

/** Puts the key into the place of the one before, unless a node that is slow to answer did. */
function moveIn(keyFile: string, fresh: Identity): void {
  const present = readKeyFile(keyFile);
  if (!("identity" in present) || present.identity.id !== fresh.id) replaceKeyFile(keyFile);
}

/** Whether a node that runs took the key: it moved the file itself then. */
async function isTakenByNode(fresh: Identity, options: RotateOptions, terminal: Terminal): Promise<boolean> {
  const isSelf = (networks: readonly NetworkMembers[]): boolean =>
    networks.some(({ members }) => members.some((member) => member.isSelf && member.id === fresh.id));
  for (const until = Date.now() + TAKEN_MS; Date.now() < until;) {
    const networks = await membersOf(options, terminal);
    if (isSelf(networks)) return true;
    // Of the files nobody moves anything.
    if (!networks.some(isOfRunningNode)) return false;
    await sleep(LOOK_MS);
  }
  return false;
}

function isOfRunningNode({ members }: NetworkMembers): boolean {
  return members.some(({ reachable }) => reachable !== undefined);
}

function startCommand({ file }: Config, { config }: RotateOptions): string {
  return `${TYPED_FLOR} up${config === undefined ? "" : ` -c ${shellWord(file)}`}`;
}

/** Peers that the node's networks do not tell of its new key. */
function outsidersOf({ peers }: Config, networks: readonly NetworkMembers[]): readonly string[] {
  const members = new Set(networks.flatMap((network) => network.members.map(({ id }) => id)));
  return peers.filter(({ id }) => !members.has(id)).map(({ name }) => name);
}
