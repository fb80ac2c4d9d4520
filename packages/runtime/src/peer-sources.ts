import type { Log } from "@flor/host";
import { nodeKeyOf } from "@flor/link-state";
import type { PeerSettings } from "@flor/node";

/** What peer sources are made of. */
export interface PeerSourcesOptions {
  readonly log: Log;
  /** Takes all peers, whole: see `FlorNode.setPeers`. */
  readonly apply: (peers: readonly PeerSettings[]) => void;
}

/** The peers of a node, from wherever they are known: its file is one source, the members of its network another. */
export class PeerSources {
  readonly #options: PeerSourcesOptions;
  #lists: ReadonlyMap<string, readonly PeerSettings[]> = new Map();

  constructor(options: PeerSourcesOptions) {
    this.#options = options;
  }

  /**
   * Replaces the peers that one source knows, all of them. The node has them when this returns, and what is theirs alone
   * of those that went is gone. Of two peers with one key or one name, the one from the source that was set first counts.
   *
   * @throws RangeError when two peers cannot be told apart; nothing changed then
   */
  set(source: string, peers: readonly PeerSettings[]): void {
    const lists = new Map(this.#lists).set(source, peers);
    this.#options.apply(this.#merged(lists));
    this.#lists = lists;
  }

  /** Applies all that is known once more: what is made of it may be different now. */
  again(): void {
    this.#options.apply(this.#merged(this.#lists));
  }

  #merged(lists: ReadonlyMap<string, readonly PeerSettings[]>): readonly PeerSettings[] {
    const taken = new Set<string>();
    return [...lists].flatMap(([source, peers]) =>
      peers.filter((peer) => {
        const [key, name] = [`key ${nodeKeyOf(peer.publicKey)}`, `name ${peer.name}`];
        const isTaken = taken.has(key) || taken.has(name);
        if (isTaken) this.#options.log.write("debug", "peer-known-already", { peer: peer.name, source });
        else taken.add(key).add(name);
        return !isTaken;
      }),
    );
  }
}
