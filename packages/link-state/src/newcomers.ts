/**
 * Neighbours that come up in a crowd, as at the start of a node that has many: all but the first few hear of the layer when
 * no more come, or after a second. By then what changes with each of them is said once, and the processor was theirs.
 */
import type { Instant } from "@flor/machine";
import type { NeighbourSync } from "./neighbour-sync.ts";

/** So many in a row hear of the layer at once. */
export const NEWCOMERS_AT_ONCE = 16;
/** No more come when none came for so long. */
export const NEWCOMERS_REST_MS = 100;
/** None waits for longer than this. */
export const NEWCOMER_WAIT_MS = 1000;

/** See the head of this file. */
export class Newcomers {
  /** Who waits, and until when at most; the first come first. */
  readonly #waiting = new Map<NeighbourSync, Instant>();
  /** How many came since the last rest. */
  #inARow = 0;
  #lastAt: Instant = -Infinity;

  /** A neighbour came up. */
  add(neighbour: NeighbourSync, now: Instant): void {
    if (now - this.#lastAt >= NEWCOMERS_REST_MS) this.#inARow = 0;
    this.#inARow += 1;
    this.#lastAt = now;
    if (this.#inARow > NEWCOMERS_AT_ONCE) this.#waiting.set(neighbour, now + NEWCOMER_WAIT_MS);
  }

  /** Whether nothing is said to it yet. */
  has(neighbour: NeighbourSync): boolean {
    return this.#waiting.has(neighbour);
  }

  /** It is gone. */
  delete(neighbour: NeighbourSync): void {
    this.#waiting.delete(neighbour);
  }

  /** Infinity: nobody waits. */
  nextTimeout(): Instant {
    for (const until of this.#waiting.values()) return Math.min(until, this.#lastAt + NEWCOMERS_REST_MS);
    return Infinity;
  }

  /** Those that wait no longer. */
  takeDue(now: Instant): readonly NeighbourSync[] {
    const areAllDue = now - this.#lastAt >= NEWCOMERS_REST_MS;
    const due: NeighbourSync[] = [];
    for (const [neighbour, until] of this.#waiting) {
      if (!areAllDue && until > now) break;
      due.push(neighbour);
      this.#waiting.delete(neighbour);
    }
    return due;
  }
}
