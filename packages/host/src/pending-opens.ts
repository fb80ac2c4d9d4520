/** Opens under way at once, of all peers. */
export const PENDING_OPENS_MAX = 8192;

/** One peer may hold two thirds, so that there is always room for another. */
const PEER_SHARE = 2 / 3;

/** Counts the opens under way, per peer and together, and says when there are enough. */
export class PendingOpens {
  readonly #max: number;
  readonly #peerMax: number;
  readonly #byPeer = new Map<string, number>();
  #total = 0;

  constructor(max: number = PENDING_OPENS_MAX) {
    this.#max = max;
    this.#peerMax = Math.floor(max * PEER_SHARE);
  }

  get total(): number {
    return this.#total;
  }

  /** Takes a place for an open of `peer`; false: none is free. */
  enter(peer: string): boolean {
    const held = this.#byPeer.get(peer) ?? 0;
    if (this.#total >= this.#max || held >= this.#peerMax) return false;
    this.#byPeer.set(peer, held + 1);
    this.#total += 1;
    return true;
  }

  /** Gives back the place of an open of `peer`. */
  leave(peer: string): void {
    const held = this.#byPeer.get(peer) ?? 0;
    if (held === 0) return;
    if (held === 1) this.#byPeer.delete(peer);
    else this.#byPeer.set(peer, held - 1);
    this.#total -= 1;
  }
}
