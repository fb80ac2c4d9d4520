import { ISSUER, octetsOfHex } from "@flor/membership";
import type { NetworkStatus } from "@flor/node";
import { encodeNodeId } from "@flor/quic";
import { isOpen } from "./invites-file.ts";
import type { KeptNetwork } from "./kept-network.ts";

/** Members and invites of one network, as `flor members` shows them. Dates are ISO 8601. */
export interface NetworkMembers {
  readonly name: string;
  /** `flornet1…`. */
  readonly id: string;
  /** This node may invite and revoke. */
  readonly isIssuer: boolean;
  readonly members: readonly MemberLine[];
  /** Invites of this node that nobody used yet. */
  readonly invites: readonly { readonly name: string; readonly roles: readonly string[]; readonly expires: string }[];
}

/** One member. */
export interface MemberLine {
  readonly name: string;
  readonly id: string;
  readonly roles: readonly string[];
  readonly since: string;
  readonly expires: string;
  readonly isSelf: boolean;
  /** There is a path to it now; absent: nobody can tell, as the node does not run. */
  readonly reachable?: boolean;
  /** It is changing its key: this is the id that it leaves. */
  readonly isReplaced?: true;
}

/** What {@link membersOf} must know. */
export interface MembersOptions {
  readonly ownKey: string;
  /** `undefined`: the node does not run. */
  readonly isReachable: ((key: string) => boolean) | undefined;
  readonly unixMs: number;
}

/** What a node knows of one network. */
export function membersOf(
  { config, roster, invites }: KeptNetwork,
  { ownKey, isReachable, unixMs }: MembersOptions,
): NetworkMembers {
  const members = roster.members(unixMs).map((member): MemberLine => {
    const { key, name, roles, membership, successor } = member;
    const isSelf = key === ownKey;
    return {
      name,
      id: encodeNodeId(octetsOfHex(key)),
      roles,
      since: dateOf(membership.notBefore * 1000),
      expires: dateOf(membership.notAfter * 1000),
      isSelf,
      ...(isReachable && { reachable: isSelf || isReachable(key) }),
      ...(successor !== undefined && { isReplaced: true as const }),
    };
  });
  return {
    name: config.name,
    id: config.id,
    isIssuer: roster.isIssuer(ownKey, unixMs),
    members: members.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1)),
    invites: invites.all
      .filter((invite) => isOpen(invite) && invite.expires > unixMs)
      .map(({ name, roles, expires }) => ({ name, roles, expires: dateOf(expires) })),
  };
}

/** A network in a few figures, for `flor status`. */
export function networkStatusOf(network: KeptNetwork, options: MembersOptions): NetworkStatus {
  const { name, id, isIssuer, members } = membersOf(network, options);
  const own = members.find(({ isSelf }) => isSelf);
  const reachable = members.filter((member) => member.reachable === true).length;
  return { name, id, isIssuer, ownName: own?.name, members: members.length, reachable, expires: own?.expires };
}

function rank({ isSelf, roles }: MemberLine): number {
  return isSelf ? 0 : roles.includes(ISSUER) ? 1 : 2;
}

function dateOf(unixMs: number): string {
  return new Date(unixMs).toISOString();
}
