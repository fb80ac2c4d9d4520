import type { Pieces } from "@flor/machine";
import type { BlockPool } from "./block-pool.ts";
import { RangeSet } from "./range-set.ts";
import { StreamBlocks } from "./stream-blocks.ts";

/** Pieces with gaps between them that are kept for one stream: a peer whose packets arrive has far fewer. */
export const STREAM_RANGES_MAX = 8192;

/** Puts what arrives of a stream, or of the handshake at one level, in order again. */
export class ReceiveBuffer {
  readonly blocks: StreamBlocks;
  /** Everything below was taken by the reader. */
  read = 0;
  /** Everything below has arrived. */
  arrived = 0;
  /** The largest offset that has arrived. */
  highest = 0;
  /** What has arrived beyond `arrived`. */
  readonly #early = new RangeSet();

  constructor(pool: BlockPool) {
    this.blocks = new StreamBlocks(pool);
  }

  /** Octets that can be read now. */
  get available(): number {
    return this.arrived - this.read;
  }

  /** Takes source[start, end) for `offset`, copied; false when there are more than {@link STREAM_RANGES_MAX} gaps. */
  insert(offset: number, source: Uint8Array, start: number, end: number): boolean {
    const to = offset + end - start;
    if (to > this.highest) this.highest = to;
    if (to <= this.arrived) return true;
    const skipped = Math.max(0, this.arrived - offset);
    this.blocks.write(offset + skipped, source, start + skipped, end);
    if (offset > this.arrived) {
      this.#early.add(offset, to);
      return this.#early.size <= STREAM_RANGES_MAX;
    }
    this.arrived = to;
    while (this.#early.size > 0 && this.#early.start <= this.arrived) {
      this.arrived = Math.max(this.arrived, this.#early.end);
      this.#early.shift();
    }
    return true;
  }

  /** Moves what can be read to `into`, `max` octets at most; returns how many. */
  take(into: Uint8Array, max: number): number {
    const length = Math.min(max, this.available, into.length);
    if (length === 0) return 0;
    this.blocks.read(this.read, length, into, 0);
    this.skip(length);
    return length;
  }

  /** Sets `pieces` to what can be read, `max` octets at most, where it lies: valid until the next call to any buffer. */
  lend(max: number, pieces: Pieces): void {
    this.blocks.list(this.read, Math.min(max, this.available), pieces);
  }

  /** Counts the next octets as read; their block may be used again. */
  skip(octets: number): void {
    this.read += octets;
    if (this.read === this.highest) this.blocks.free(this.read);
    else this.blocks.freeBelow(this.read);
  }

  /** What has arrived is given up. */
  drop(): void {
    this.#early.clear();
    this.read = this.arrived = this.highest;
    this.blocks.free(this.read);
  }
}
