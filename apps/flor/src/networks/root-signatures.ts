/** What the root key signs. It is read for one command, and kept by nobody. */
import { existsSync } from "node:fs";
import { readKeyFile } from "@flor/config";
import { createSigner } from "@flor/host";
import {
  encodeNetworkId,
  hexOf,
  ISSUER,
  issueMembership,
  issueRevocation,
  MEMBERSHIP_DAYS,
  MEMBERSHIP_MAX_DAYS,
  octetsOfHex,
  type SignedRecord,
} from "@flor/membership";
import { encodeNodeId, type Identity, parseNodeId } from "@flor/quic";
import type { MemberLine, NetworkMembers, Revoked } from "@flor/runtime/networks";
import { CommandError, EXIT_USAGE } from "../command-error.ts";
import { TYPED_FLOR } from "../typed-flor.ts";
import { demandRoles } from "./fit-words.ts";
import { demandPossibleClock } from "./possible-clock.ts";

/** Whom a command is about. */
export interface RootWish {
  readonly networks: readonly NetworkMembers[];
  readonly network: string | undefined;
  /** A name or an id. */
  readonly member: string;
  readonly rootFile: string;
}

/** Records as hexadecimal digits, and whom they are about. */
interface RootSigned {
  readonly records: readonly string[];
  readonly named: string;
}

/** The root's revocation of a member. @throws CommandError */
export function signRevocation(wish: RootWish & { readonly reason: string }): {
  readonly records: readonly string[];
  readonly ended: Revoked;
} {
  const { root, key, line, found } = wanted(wish);
  const network = hexOf(root.publicKey);
  const revocation = { network, signer: network, key, reason: wish.reason };
  const record = issueRevocation(revocation, createSigner(root), Date.now());
  const id = encodeNodeId(octetsOfHex(key));
  const name = line?.name;
  const ended = { network: found.name, kind: "member" as const, ...(name !== undefined && { name }), id };
  return { records: [hexOf(record.octets)], ended: { ...ended, ended: name === undefined ? id : `${name}, ${id}` } };
}

/** What a grant makes of a member. */
export interface Granted extends RootSigned {
  readonly network: string;
  readonly roles: readonly string[];
  /** ISO 8601. */
  readonly expires: string;
  /** Nobody is left who can invite, renew and revoke. */
  readonly isWithoutIssuer: boolean;
}

/** A membership by the root: with other roles, or for another year, an issuer's for 400 days. @throws CommandError */
export function signGrant(wish: RootWish & { readonly roles: readonly string[] | undefined }): Granted {
  const { root, key, line, found } = wanted(wish);
  if (line === undefined)
    throw new CommandError(`nobody is called ${wish.member} in ${found.name}: invite it first`, {
      exitCode: EXIT_USAGE,
    });
  const roles = wish.roles ?? line.roles;
  demandRoles(roles);
  const network = hexOf(root.publicKey);
  const now = Date.now();
  const sign = createSigner(root);
  const since = Math.floor(Date.parse(line.since) / 1000);
  const days = roles.includes(ISSUER) ? MEMBERSHIP_MAX_DAYS : MEMBERSHIP_DAYS;
  const membership = issueMembership(
    { network, signer: network, key, name: nameOf(line), roles, days, since },
    sign,
    now + 1,
  );
  const records = [membership];
  // What it could sign before must not come back.
  if (line.roles.includes(ISSUER) && !roles.includes(ISSUER))
    records.unshift(issueRevocation({ network, signer: network, key, reason: "no longer an issuer" }, sign, now));
  const isIssuer = (one: MemberLine): boolean => (one === line ? roles : one.roles).includes(ISSUER);
  return {
    records: records.map(({ octets }) => hexOf(octets)),
    named: line.name,
    network: found.name,
    roles,
    expires: expiryOf(membership),
    isWithoutIssuer: !found.members.some(isIssuer),
  };
}

function expiryOf({ record }: SignedRecord): string {
  return new Date(record.kind === "membership" ? record.notAfter * 1000 : 0).toISOString();
}

/** The root key, to sign with now. @throws CommandError */
export function rootOf(file: string): Identity {
  demandPossibleClock(Date.now());
  const read = readKeyFile(file);
  if ("identity" in read) return read.identity;
  // Another key in its place would be no help, so how to make one is not said.
  const problem = existsSync(file) ? read.problem : `${file} does not exist: name the file of the root key`;
  throw new CommandError(problem, { exitCode: EXIT_USAGE });
}

function wanted({ networks, network, member, rootFile }: RootWish): {
  readonly root: Identity;
  readonly key: string;
  readonly line: MemberLine | undefined;
  readonly found: NetworkMembers;
} {
  const root = rootOf(rootFile);
  const id = encodeNetworkId(root.publicKey);
  const found = networks.find((one) => one.id === id);
  if (found === undefined || (network !== undefined && found.name !== network))
    throw new CommandError(`${rootFile} is not the root key of ${network ?? "a network of this node"}`, {
      exitCode: EXIT_USAGE,
    });
  const line = found.members.find(({ name, id: one }) => name === member || one === member);
  const publicKey = parseNodeId(line?.id ?? member);
  if (publicKey === undefined)
    throw new CommandError(`nobody is called ${member} in ${found.name}`, {
      exitCode: EXIT_USAGE,
      advice: `who belongs to it: ${TYPED_FLOR} members`,
    });
  return { root, key: hexOf(publicKey), line, found };
}

/** The name without what tells it apart from another's. */
function nameOf({ name }: MemberLine): string {
  return name.split("~")[0] ?? name;
}
