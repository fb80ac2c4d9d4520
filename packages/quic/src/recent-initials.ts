import { ADMISSION_TOLERANCE_SECONDS } from "./admission.ts";

/** Remembered Initials at most; beyond, the oldest is forgotten and could be replayed once. */
const CAPACITY = 4096;

/**
 * The Initials that made a connection, while their envelopes are still fresh: a recorded one, sent again after its
 * connection closed, would otherwise hold one of its peer's few half-open places.
 */
export class RecentInitials {
  readonly #seen = new Map<number, number>();

  /** Remembers the Initial with this MAC and returns true, or returns false when it is known. */
  add(macKey: number, unixSeconds: number): boolean {
    if (this.#seen.has(macKey)) return false;
    for (const [key, seconds] of this.#seen) {
      if (this.#seen.size < CAPACITY && unixSeconds - seconds <= 2 * ADMISSION_TOLERANCE_SECONDS) break;
      this.#seen.delete(key);
    }
    this.#seen.set(macKey, unixSeconds);
    return true;
  }
}
