/**
 * Payload that a client sent before the relay took over. It is full at {@link PIPELINE_FULL_OCTETS}, but takes two
 * reads more: the one that filled it, and one that was under way when the driver stopped reading.
 */

/** Octets from which on the driver must stop reading. */
export const PIPELINE_FULL_OCTETS = 65_536;

/** Octets of one read at most; what Node reads at once. */
export const READ_MAX_OCTETS = 65_536;

/** Octets held at most. */
export const PIPELINE_MAX_OCTETS: number = PIPELINE_FULL_OCTETS + 2 * READ_MAX_OCTETS;

/** A bounded run of octets, taken all at once. */
export class Pipeline {
  #chunks: Uint8Array[] = [];
  #octets = 0;

  get octets(): number {
    return this.#octets;
  }

  get isFull(): boolean {
    return this.#octets >= PIPELINE_FULL_OCTETS;
  }

  /** Appends a copy of `octets` and returns true, or returns false and keeps nothing of them when they do not fit. */
  push(octets: Uint8Array): boolean {
    if (this.#octets + octets.length > PIPELINE_MAX_OCTETS) return false;
    if (octets.length === 0) return true;
    const last = this.#chunks.at(-1);
    if (last !== undefined && last.length < JOIN_BELOW_OCTETS)
      this.#chunks[this.#chunks.length - 1] = concatenate([last, octets], last.length + octets.length);
    else this.#chunks.push(octets.slice());
    this.#octets += octets.length;
    return true;
  }

  /** Removes and returns everything held; the caller owns it. */
  take(): Uint8Array {
    const chunks = this.#chunks;
    const taken = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : concatenate(chunks, this.#octets);
    this.clear();
    return taken;
  }

  clear(): void {
    this.#chunks = [];
    this.#octets = 0;
  }
}

/** Smaller chunks are joined with what follows, so that a client that sends single octets costs no array for each. */
const JOIN_BELOW_OCTETS = 1024;

function concatenate(chunks: readonly Uint8Array[], octets: number): Uint8Array {
  const joined = new Uint8Array(octets);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}
