/**
 * What a client sent before its flow was open, in order. It is full at {@link EARLY_FULL_OCTETS}, but takes two reads
 * more: the one that filled it, and one that was under way when its socket was paused.
 */

/** Octets from which on the client is not read. */
export const EARLY_FULL_OCTETS = 65_536;

/** Octets of one read at most; what Node reads at once. */
export const READ_MAX_OCTETS = 65_536;

/** Octets held at most. */
export const EARLY_MAX_OCTETS: number = EARLY_FULL_OCTETS + 2 * READ_MAX_OCTETS;

/** Smaller chunks are joined with what follows, so that a client that sends single octets costs no array for each. */
const JOIN_BELOW_OCTETS = 1024;

/** A bounded run of octets. */
export class EarlyOctets {
  #chunks: Uint8Array[] = [];
  #octets = 0;

  get octets(): number {
    return this.#octets;
  }

  get isFull(): boolean {
    return this.#octets >= EARLY_FULL_OCTETS;
  }

  /** Appends a copy of `octets` and returns true, or returns false and keeps nothing of them when they do not fit. */
  push(octets: Uint8Array): boolean {
    if (this.#octets + octets.length > EARLY_MAX_OCTETS) return false;
    if (octets.length === 0) return true;
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.length < JOIN_BELOW_OCTETS)
      this.#chunks[this.#chunks.length - 1] = concatenate([last, octets], last.length + octets.length);
    else this.#chunks.push(octets.slice());
    this.#octets += octets.length;
    return true;
  }

  /** Everything held, as one; it stays held. */
  all(): Uint8Array {
    const [only] = this.#chunks;
    if (this.#chunks.length === 1 && only !== undefined) return only;
    const all = concatenate(this.#chunks, this.#octets);
    this.#chunks = all.length === 0 ? [] : [all];
    return all;
  }
}

function concatenate(chunks: readonly Uint8Array[], octets: number): Uint8Array {
  const joined = new Uint8Array(octets);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
