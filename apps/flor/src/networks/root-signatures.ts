/** What the root key signs. It is read for one command, and kept by nobody. */
import { readKeyFile } from "@flor/config";
import { createSigner } from "@flor/host";
import { hexOf, isRole, ISSUER, issueMembership, issueRevocation, MEMBERSHIP_DAYS } from "@flor/membership";
import { encodeNetworkId } from "@flor/membership";
import { type Identity, parseNodeId } from "@flor/quic";
import type { MemberLine, NetworkMembers } from "@flor/runtime/networks";
import { CommandError, EXIT_USAGE } from "../command-error.ts";

/** Whom a command is about. */
export interface RootWish {
  readonly networks: readonly NetworkMembers[];
  readonly network: string | undefined;
  /** A name or an id. */
  readonly member: string;
  readonly rootFile: string;
}

/** Records as hexadecimal digits, and whom they are about. */
export interface RootSigned {
  readonly records: readonly string[];
  readonly named: string;
}

/** The root's revocation of a member. @throws CommandError */
export function signRevocation(wish: RootWish & { readonly reason: string }): RootSigned {
  const { root, key, line } = wanted(wish);
  const network = hexOf(root.publicKey);
  const revocation = { network, signer: network, key, reason: wish.reason };
  const record = issueRevocation(revocation, createSigner(root), Date.now());
  return { records: [hexOf(record.octets)], named: line?.name ?? wish.member };
}

/** A membership by the root: with other roles, or for another year. @throws CommandError */
export function signGrant(wish: RootWish & { readonly roles: readonly string[] | undefined }): RootSigned {
  const { root, key, line } = wanted(wish);
  if (line === undefined)
    throw new CommandError(`nobody is called ${wish.member}: invite it first`, { exitCode: EXIT_USAGE });
  const roles = wish.roles ?? line.roles;
  const wrong = roles.find((role) => !isRole(role));
  if (wrong !== undefined)
    throw new CommandError(`${wrong} is not a valid role: a to z, digits, -`, { exitCode: EXIT_USAGE });
  const network = hexOf(root.publicKey);
  const now = Date.now();
  const sign = createSigner(root);
  const since = Math.floor(Date.parse(line.since) / 1000);
  const grant = { network, signer: network, key, name: nameOf(line), roles, days: MEMBERSHIP_DAYS, since };
  const records = [issueMembership(grant, sign, now + 1)];
  // What it could sign before must not come back.
  if (line.roles.includes(ISSUER) && !roles.includes(ISSUER))
    records.unshift(issueRevocation({ network, signer: network, key, reason: "no longer an issuer" }, sign, now));
  return { records: records.map(({ octets }) => hexOf(octets)), named: line.name };
}

/** The root's membership for a node that changes its key. @throws CommandError */
export function rootOf(file: string): Identity {
  const read = readKeyFile(file);
  if ("identity" in read) return read.identity;
  throw new CommandError(read.problem, { exitCode: EXIT_USAGE });
}

function wanted({ networks, network, member, rootFile }: RootWish): {
  readonly root: Identity;
  readonly key: string;
  readonly line: MemberLine | undefined;
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
    throw new CommandError(`nobody is called ${member}; members: ${found.members.map(({ name }) => name).join(", ")}`);
  return { root, key: hexOf(publicKey), line };
}

/** The name without what tells it apart from another's. */
function nameOf({ name }: MemberLine): string {
  return name.split("~")[0] ?? name;
}
