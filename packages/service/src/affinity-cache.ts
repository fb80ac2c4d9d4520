import type { Instant } from "@flor/machine";

/** Clients remembered for one service. */
export const AFFINITY_CLIENTS_MAX = 65_536;
/** A client that opens nothing for so long is forgotten. */
const AFFINITY_MS = 600_000;

interface Entry {
  readonly backend: string;
  readonly until: Instant;
}

/**
 * Where clients were, so that they stay when the table changes. Lost at a restart by design: the table answers then.
 * Least recently used clients make room.
 */
export class AffinityCache {
  readonly #capacity: number;
  readonly #entries = new Map<number, Entry>();

  constructor(capacity: number = AFFINITY_CLIENTS_MAX) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Key of the backend that the client of `hash` had, or `undefined`. */
  get(hash: number, now: Instant): string | undefined {
    const entry = this.#entries.get(hash);
    if (entry !== undefined && now < entry.until) return entry.backend;
    this.#entries.delete(hash);
    return undefined;
  }

  /** Remembers where a client went. */
  set(hash: number, backend: string, now: Instant): void {
    this.#entries.delete(hash);
    if (this.#entries.size >= this.#capacity) {
      for (const oldest of this.#entries.keys()) {
        this.#entries.delete(oldest);
        break;
      }
    }
    this.#entries.set(hash, { backend, until: now + AFFINITY_MS });
  }

  /** Forgets the clients of a backend. */
  forget(backend: string): void {
    for (const [hash, entry] of this.#entries) if (entry.backend === backend) this.#entries.delete(hash);
  }
}
