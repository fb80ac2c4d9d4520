import type { Pieces } from "@flor/machine";
import { BLOCK_OCTETS, type BlockPool, FIRST_BLOCK_OCTETS, SECOND_BLOCK_OCTETS } from "./block-pool.ts";

const NO_OCTETS = new Uint8Array(0);

/**
 * The octets of one direction of a stream, by offset, in blocks:
 *
 *   | 0 … 2 Ki | … 16 Ki | … 64 Ki | … 128 Ki | …
 *
 * so that ten thousand streams of a few octets take little, and a long one is in few pieces. Only blocks that hold
 * something exist.
 */
export class StreamBlocks {
  readonly #pool: BlockPool;
  readonly #blocks: (Uint8Array | undefined)[] = [];
  /** The index of `#blocks[0]`. */
  #first = 0;
  /** What `locate` found. */
  block: Uint8Array = NO_OCTETS;
  blockAt = 0;
  blockEnd = 0;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  /** Sets `block` to the block that holds `offset`, at `blockAt`; it ends at `blockEnd`. Makes it when there is none. */
  locate(offset: number): void {
    const index = indexOf(offset);
    const slot = index - this.#first;
    const block = this.#blocks[slot] ?? this.#make(index, slot);
    this.block = block;
    // An integer of 32 bits also beyond 2 GiB: whatever is computed from it would be slower else, in each packet.
    this.blockAt = (index < 2 ? offset : offset % BLOCK_OCTETS) | 0;
    this.blockEnd = block.length;
  }

  /** Copies source[start, end) to `offset`. */
  write(offset: number, source: Uint8Array, start: number, end: number): void {
    let to = offset;
    for (let at = start; at < end;) {
      this.locate(to);
      const length = Math.min(end - at, this.blockEnd - this.blockAt);
      this.block.set(source.subarray(at, at + length), this.blockAt);
      at += length;
      to += length;
    }
  }

  /** Copies `length` octets from `offset` to into[at, at + length). */
  read(offset: number, length: number, into: Uint8Array, at: number): void {
    let from = offset;
    for (let done = 0; done < length;) {
      this.locate(from);
      const piece = Math.min(length - done, this.blockEnd - this.blockAt);
      into.set(this.block.subarray(this.blockAt, this.blockAt + piece), at + done);
      done += piece;
      from += piece;
    }
  }

  /** Sets `pieces` to where `max` octets from `offset` lie, or as many of them as it holds. */
  list(offset: number, max: number, pieces: Pieces): void {
    pieces.clear();
    let at = offset;
    for (let left = max; left > 0 && !pieces.isFull;) {
      this.locate(at);
      const length = Math.min(left, this.blockEnd - this.blockAt) | 0;
      pieces.add(this.block, this.blockAt, this.blockAt + length);
      at += length;
      left -= length;
    }
  }

  /** Gives back the blocks that lie below `offset` wholly. */
  freeBelow(offset: number): void {
    while (this.#blocks.length > 0 && endOf(this.#first) <= offset) this.#give(this.#blocks.shift(), this.#first++);
    if (this.#blocks.length === 0) this.#first = indexOf(offset);
  }

  /** Gives back the blocks that lie beyond `offset` wholly. */
  freeBeyond(offset: number): void {
    for (
      let last = this.#first + this.#blocks.length - 1;
      this.#blocks.length > 0 && startOf(last) >= offset;
      last -= 1
    )
      this.#give(this.#blocks.pop(), last);
  }

  /** Gives back everything; what comes next begins at `offset`. */
  free(offset: number): void {
    while (this.#blocks.length > 0) this.#give(this.#blocks.pop(), this.#first + this.#blocks.length);
    this.#first = indexOf(offset);
    this.block = NO_OCTETS;
  }

  #make(index: number, slot: number): Uint8Array {
    const block = this.#pool.take(sizeOf(index));
    while (this.#blocks.length < slot) this.#blocks.push(undefined);
    this.#blocks[slot] = block;
    return block;
  }

  #give(block: Uint8Array | undefined, index: number): void {
    if (block !== undefined) this.#pool.give(sizeOf(index), block);
  }
}

function indexOf(offset: number): number {
  if (offset < FIRST_BLOCK_OCTETS) return 0;
  return offset < SECOND_BLOCK_OCTETS ? 1 : 2 + Math.floor(offset / BLOCK_OCTETS);
}

function endOf(index: number): number {
  if (index === 0) return FIRST_BLOCK_OCTETS;
  return index === 1 ? SECOND_BLOCK_OCTETS : (index - 1) * BLOCK_OCTETS;
}

function startOf(index: number): number {
  return index === 0 ? 0 : endOf(index - 1);
}

function sizeOf(index: number): 0 | 1 | 2 {
  return index < 2 ? (index as 0 | 1) : 2;
}
