/** What changes when the list of peers does. A peer is its key: another name or another way is a change of it. */
import { nodeKeyOf } from "@flor/link-state";
import type { PeerSettings } from "./settings.ts";

/** How a list of peers differs from the one before. Peers that are the same in both are in neither list of changes. */
export interface PeerChanges {
  /** All peers from now on. */
  readonly wanted: readonly PeerSettings[];
  readonly added: readonly PeerSettings[];
  readonly changed: readonly { readonly before: PeerSettings; readonly after: PeerSettings }[];
  readonly removed: readonly PeerSettings[];
}

/** The difference of two lists, by node key. */
export function peerChanges(before: readonly PeerSettings[], wanted: readonly PeerSettings[]): PeerChanges {
  const known = new Map(before.map((peer) => [nodeKeyOf(peer.publicKey), peer]));
  const added: PeerSettings[] = [];
  const changed: { before: PeerSettings; after: PeerSettings }[] = [];
  for (const after of wanted) {
    const key = nodeKeyOf(after.publicKey);
    const old = known.get(key);
    known.delete(key);
    if (old === undefined) added.push(after);
    else if (textOf(old) !== textOf(after)) changed.push({ before: old, after });
  }
  return { wanted, added, changed, removed: [...known.values()] };
}

/** Whether frames may take other nodes on their way to the peer than before. */
export function isPathChanged(before: PeerSettings, after: PeerSettings): boolean {
  return waysText(before) !== waysText(after);
}

function waysText({ via, avoid = [], disjoint = false }: PeerSettings): string {
  return JSON.stringify([via, avoid, disjoint]);
}

/** Everything but the key. */
function textOf(peer: PeerSettings): string {
  return JSON.stringify([
    peer.name,
    peer.links.map(({ link, address }) => [link, address]),
    waysText(peer),
    peer.replaces,
  ]);
}
