import type { Adjacency } from "./adjacency.ts";
import type { NodeLink } from "./node-link.ts";

/** Adjacencies that wait to be dialled: the links take turns, so that one with many keeps those of others waiting no longer. */
export class DialTurns {
  /** The link whose turn it is first; none is empty. */
  readonly #waiting = new Map<NodeLink, Set<Adjacency>>();

  /** Whose turn it is; `undefined`: nobody waits. */
  get first(): Adjacency | undefined {
    for (const ofLink of this.#waiting.values()) for (const adjacency of ofLink) return adjacency;
    return undefined;
  }

  has(adjacency: Adjacency): boolean {
    return this.#waiting.get(adjacency.link)?.has(adjacency) === true;
  }

  /** Waits behind the others of its link; harmless when it does already. */
  add(adjacency: Adjacency): void {
    const ofLink = this.#waiting.get(adjacency.link) ?? new Set();
    this.#waiting.set(adjacency.link, ofLink.add(adjacency));
  }

  delete(adjacency: Adjacency): void {
    const ofLink = this.#waiting.get(adjacency.link);
    ofLink?.delete(adjacency);
    if (ofLink?.size === 0) this.#waiting.delete(adjacency.link);
  }

  /** It has its turn: the next one is another link's. */
  take(adjacency: Adjacency): void {
    this.delete(adjacency);
    const left = this.#waiting.get(adjacency.link);
    if (left === undefined) return;
    this.#waiting.delete(adjacency.link);
    this.#waiting.set(adjacency.link, left);
  }

  clear(): void {
    this.#waiting.clear();
  }
}
