import { KeyedSets } from "@flor/machine";
import type { Adjacency } from "./adjacency.ts";
import type { NodeLink } from "./node-link.ts";

/** Adjacencies that wait to be dialled: the links take turns, so that one with many keeps those of others waiting no longer. */
export class DialTurns {
  /** The link whose turn it is first. */
  readonly #waiting = new KeyedSets<NodeLink, Adjacency>();

  /** Whose turn it is; `undefined`: nobody waits. */
  get first(): Adjacency | undefined {
    for (const link of this.#waiting.keys()) for (const adjacency of this.#waiting.of(link)) return adjacency;
    return undefined;
  }

  has(adjacency: Adjacency): boolean {
    return this.#waiting.of(adjacency.link).has(adjacency);
  }

  /** Waits behind the others of its link; harmless when it does already. */
  add(adjacency: Adjacency): void {
    this.#waiting.add(adjacency.link, adjacency);
  }

  delete(adjacency: Adjacency): void {
    this.#waiting.delete(adjacency.link, adjacency);
  }

  /** It has its turn: the next one is another link's. */
  take(adjacency: Adjacency): void {
    this.delete(adjacency);
    this.#waiting.moveLast(adjacency.link);
  }

  clear(): void {
    this.#waiting.clear();
  }
}
