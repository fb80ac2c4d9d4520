/** From members to peers: which names they have here, which roles, and whom a route's name means. */
import { createHash } from "node:crypto";
import { hexOf, type Member, octetsOfHex } from "@flor/membership";
import type { PeerSettings } from "@flor/node";
import { encodeNodeId } from "@flor/quic";

/** Octets of the hash by which admission names a node: two that share them cannot both be peers. */
const SENDER_OCTETS = 6;

/** What {@link memberPeersOf} is made from. */
export interface MemberPeersOptions {
  /** Peers of the configuration; they keep their names. */
  readonly listed: readonly PeerSettings[];
  readonly members: readonly { readonly network: string; readonly members: readonly Member[] }[];
  readonly ownName: string;
  /** 64 hexadecimal digits. */
  readonly ownKey: string;
  /** A member cannot be a peer beside another one. */
  readonly handleLeftOut: (member: string) => void;
}

/** Peers of a node, and what follows from memberships for them. */
export interface MemberPeers {
  readonly peers: readonly PeerSettings[];
  /** By name. */
  readonly roles: ReadonlyMap<string, readonly string[]>;
  /** While a key is replaced, the names of both, the newer first; by name. */
  readonly aliases: ReadonlyMap<string, readonly string[]>;
  /** Of all peers and of this node. */
  readonly keys: ReadonlySet<string>;
  /** A listed peer is no member: nodes behind it need not be either. */
  readonly hasOutsiders: boolean;
}

/** Nobody is known. */
export const NOBODY: MemberPeers = {
  peers: [],
  roles: new Map(),
  aliases: new Map(),
  keys: new Set(),
  hasOutsiders: true,
};

/** Peers from lists and networks. A member whose name is taken here is called `NAME.NETWORK`. */
export function memberPeersOf({ listed, members, ownName, ownKey, handleLeftOut }: MemberPeersOptions): MemberPeers {
  const peers = [...listed];
  const nameOf = new Map(listed.map(({ publicKey, name }) => [hexOf(publicKey), name]));
  const names = new Set([ownName, ...nameOf.values()]);
  const tags = new Set([...nameOf.keys(), ownKey].map(tagOf));
  const roles = new Map<string, readonly string[]>();
  const all = members.flatMap(({ network, members: ofIt }) => ofIt.map((member) => ({ network, member })));
  for (const { network, member } of all) {
    const { key, publicKey } = member;
    if (key === ownKey) continue;
    if (!nameOf.has(key)) {
      const name = names.has(member.name) ? `${member.name}.${network}` : member.name;
      const tag = tagOf(key);
      if (names.has(name) || tags.has(tag)) {
        handleLeftOut(name);
        continue;
      }
      nameOf.set(key, name);
      names.add(name);
      tags.add(tag);
      // A node whose key changed is where it was.
      const before = all.find((one) => one.member.successor === key)?.member.key;
      const links = listed.find((peer) => hexOf(peer.publicKey) === before)?.links ?? [];
      peers.push({ name, id: encodeNodeId(publicKey), publicKey, links, via: [], avoid: [], disjoint: false });
    }
    const name = nameOf.get(key) ?? "";
    roles.set(name, [...new Set([...(roles.get(name) ?? []), ...member.roles])]);
  }
  const memberKeys = new Set(all.map(({ member }) => member.key));
  return {
    peers,
    roles,
    aliases: aliasesOf(
      all.map(({ member }) => member),
      nameOf,
    ),
    keys: new Set([ownKey, ...nameOf.keys()]),
    hasOutsiders: listed.some(({ publicKey }) => !memberKeys.has(hexOf(publicKey))),
  };
}

function aliasesOf(
  members: readonly Member[],
  nameOf: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const aliases = new Map<string, readonly string[]>();
  for (const { key, successor = "" } of members) {
    const [old, fresh] = [nameOf.get(key), nameOf.get(successor)];
    if (old === undefined || fresh === undefined) continue;
    for (const name of [old, fresh]) aliases.set(name, [fresh, old]);
  }
  return aliases;
}

const tagsByKey = new Map<string, string>();
/** Twice as many keys as one network may have members. */
const TAGS_MAX = 8192;

function tagOf(key: string): string {
  const known = tagsByKey.get(key);
  if (known !== undefined) return known;
  const tag = createHash("sha256").update(octetsOfHex(key)).digest().subarray(0, SENDER_OCTETS).toString("hex");
  if (tagsByKey.size >= TAGS_MAX) tagsByKey.clear();
  tagsByKey.set(key, tag);
  return tag;
}
