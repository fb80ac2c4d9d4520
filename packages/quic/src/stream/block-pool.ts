/** Sizes of the blocks that hold a stream's octets: its beginning, its middle, and all that follows. */
export const FIRST_BLOCK_OCTETS = 2048;
export const SECOND_BLOCK_OCTETS = 16_384;
export const BLOCK_OCTETS = 65_536;

/** Free blocks that are kept of each size; what is beyond is left to the garbage collector. */
const FREE_BLOCKS_MAX = 512;
const SIZES = [FIRST_BLOCK_OCTETS, SECOND_BLOCK_OCTETS, BLOCK_OCTETS] as const;

/** Blocks of memory, used again; each lies in an ArrayBuffer of {@link BLOCK_OCTETS} that never moves. */
export class BlockPool {
  readonly #free: Uint8Array[][] = [[], [], []];

  /** A block of the `size`-th size; its content is whatever was there. */
  take(size: 0 | 1 | 2): Uint8Array {
    const block = this.#free[size]?.pop();
    if (block !== undefined) return block;
    const octets = SIZES[size];
    const slab = new ArrayBuffer(BLOCK_OCTETS);
    for (let at = octets; at < BLOCK_OCTETS; at += octets) this.give(size, new Uint8Array(slab, at, octets));
    return new Uint8Array(slab, 0, octets);
  }

  /** Takes a block back. */
  give(size: 0 | 1 | 2, block: Uint8Array): void {
    const free = this.#free[size] ?? [];
    if (free.length < FREE_BLOCKS_MAX) free.push(block);
  }
}
