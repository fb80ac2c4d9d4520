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
  /** The node's key, and those before it; 64 hexadecimal digits each. */
  readonly ownKeys: readonly string[];
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

/**
 * Peers from lists and networks. A member whose name is taken here is called `NAME.NETWORK`. A listed peer that is changing
 * its key is known by its name under the new one, and by `NAME~` and the beginning of the key under the one that it leaves.
 */
export function memberPeersOf({ listed, members, ownName, ownKeys, handleLeftOut }: MemberPeersOptions): MemberPeers {
  const all = members.flatMap(({ network, members: ofIt }) => ofIt.map((member) => ({ network, member })));
  const before = new Map(all.flatMap(({ member: { key, successor } }) => (successor ? [[successor, key]] : [])));
  const { peers, heirs } = withHeirs(listed, new Map(all.map(({ member }) => [member.key, member])));
  const nameOf = new Map(peers.map(({ publicKey, name }) => [hexOf(publicKey), name]));
  const names = new Set([ownName, ...nameOf.values(), ...Array.from(heirs.values(), ({ name }) => name)]);
  const tags = new Set([...nameOf.keys(), ...ownKeys].map(tagOf));
  const roles = new Map<string, readonly string[]>();
  for (const { network, member } of all) {
    const { key, publicKey } = member;
    if (ownKeys.includes(key)) continue;
    if (!nameOf.has(key)) {
      const heir = heirs.get(key);
      const name = heir?.name ?? (names.has(member.name) ? `${member.name}.${network}` : member.name);
      const tag = tagOf(key);
      if ((heir === undefined && names.has(name)) || tags.has(tag)) {
        handleLeftOut(name);
        continue;
      }
      nameOf.set(key, name);
      names.add(name);
      tags.add(tag);
      // A node whose key changed is where it was, and is reached as it was.
      const { links = [], via = [], avoid = [], disjoint = false } = heir ?? {};
      peers.push({ name, id: encodeNodeId(publicKey), publicKey, links, via, avoid, disjoint });
    }
    const name = nameOf.get(key) ?? "";
    roles.set(name, [...new Set([...(roles.get(name) ?? []), ...member.roles])]);
  }
  const memberKeys = new Set(all.map(({ member }) => member.key));
  return {
    peers: peers.map((peer) => {
      const replaces = before.get(hexOf(peer.publicKey));
      return replaces === undefined ? peer : { ...peer, replaces };
    }),
    roles,
    aliases: aliasesOf(
      all.map(({ member }) => member),
      nameOf,
    ),
    keys: new Set([...ownKeys, ...nameOf.keys()]),
    hasOutsiders: listed.some(({ publicKey }) => !memberKeys.has(hexOf(publicKey))),
  };
}

/** The listed peers, and by its key each node that goes on as one of them under another key. */
function withHeirs(
  listed: readonly PeerSettings[],
  members: ReadonlyMap<string, Member>,
): { readonly peers: PeerSettings[]; readonly heirs: ReadonlyMap<string, PeerSettings> } {
  const keys = new Set(listed.map(({ publicKey }) => hexOf(publicKey)));
  const heirs = new Map<string, PeerSettings>();
  const peers = listed.map((peer) => {
    const key = hexOf(peer.publicKey);
    const heir = newestOf(key, members);
    if (heir === key || keys.has(heir)) return peer;
    heirs.set(heir, peer);
    return { ...peer, name: `${peer.name}~${key.slice(0, 8)}` };
  });
  return { peers, heirs };
}

/** The last of the keys that took a key's place one after another, and are members now. */
function newestOf(key: string, members: ReadonlyMap<string, Member>): string {
  const seen = new Set([key]);
  let newest = key;
  for (let next = members.get(key)?.successor; next !== undefined && members.has(next) && !seen.has(next);) {
    seen.add(next);
    newest = next;
    next = members.get(newest)?.successor;
  }
  return newest;
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
