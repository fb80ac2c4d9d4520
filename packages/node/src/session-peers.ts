import { nodeKeyOf } from "@flor/link-state";
import type { PeerChanges } from "./peer-changes.ts";
import { Peer } from "./peer.ts";
import { Redial } from "./redial.ts";
import type { PeerSettings } from "./settings.ts";

/** The peers of a node, by key and by name. */
export class SessionPeers {
  /** By node key. */
  readonly byKey: Map<string, Peer> = new Map();
  readonly #random: () => number;
  #byName: ReadonlyMap<string, Peer> = new Map();

  /** @param random uniform in [0, 1) */
  constructor(peers: readonly PeerSettings[], random: () => number) {
    this.#random = random;
    for (const settings of peers) this.#add(settings);
    this.#nameAll();
  }

  /** Takes other peers. @returns the removed ones */
  apply({ added, changed, removed }: PeerChanges): ReadonlySet<Peer> {
    for (const { after } of changed) {
      const peer = this.byKey.get(nodeKeyOf(after.publicKey));
      if (peer !== undefined) peer.settings = after;
    }
    for (const settings of added) this.#add(settings);
    const gone = new Set(removed.flatMap(({ publicKey }) => this.byKey.get(nodeKeyOf(publicKey)) ?? []));
    for (const peer of gone) this.byKey.delete(peer.key);
    this.#nameAll();
    return gone;
  }

  /** The peer of that name. */
  named(name: string): Peer | undefined {
    return this.#byName.get(name);
  }

  #add(settings: PeerSettings): void {
    const key = nodeKeyOf(settings.publicKey);
    this.byKey.set(key, new Peer(settings, key, new Redial(this.#random)));
  }

  #nameAll(): void {
    this.#byName = new Map(Array.from(this.byKey.values(), (peer) => [peer.settings.name, peer]));
  }
}
