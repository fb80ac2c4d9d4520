import { LARGE_COUNT, type OctetSource, Pieces } from "@flor/machine";
import type { BlockPool } from "./block-pool.ts";
import { RangeSet } from "./range-set.ts";
import { StreamBlocks } from "./stream-blocks.ts";

/** Of the call in hand. */
const offered = new Pieces();

/**
 * Octets that were written and are not yet acknowledged: of a stream, or of the handshake at one level.
 *
 *   base ≤ sent ≤ written;  lost ⊂ [base, sent)
 */
export class SendBuffer {
  readonly blocks: StreamBlocks;
  /** Everything below is acknowledged. */
  base: number = LARGE_COUNT;
  /** Everything below was sent once. */
  sent = 0;
  /** Everything below was written by the owner. */
  written = 0;
  readonly #acked = new RangeSet();
  readonly #lost = new RangeSet();

  constructor(pool: BlockPool) {
    this.blocks = new StreamBlocks(pool);
  }

  /** Appends source[start, end), copied. */
  write(source: Uint8Array, start: number, end: number): void {
    this.blocks.write(this.written, source, start, end);
    this.written += end - start;
  }

  /** Has `source` append octets, `max` at most, in their place; returns how many. */
  writeFrom(source: OctetSource, max: number): number {
    if (max <= 0) return 0;
    const { blocks } = this;
    blocks.list(this.written, max, offered);
    const written = source.readInto(offered);
    this.written += written;
    if (this.base === this.written) blocks.free(this.base);
    else blocks.freeBeyond(this.written);
    return written;
  }

  /** Where the next octets to send begin: lost ones first. */
  get nextOffset(): number {
    const lost = this.#lost.start;
    return lost < 0 ? this.sent : lost;
  }

  /** Where they end, before any limit: of a hole, or of all that was written. */
  get nextEnd(): number {
    const lost = this.#lost.end;
    return lost < 0 ? this.written : lost;
  }

  /** Whether some must be sent again. */
  get hasLost(): boolean {
    return this.#lost.size > 0;
  }

  /** Whether there is something to send, before any limit. */
  get isPending(): boolean {
    return this.sent < this.written || this.#lost.size > 0;
  }

  /** Whether all that was written is acknowledged. */
  get isAcked(): boolean {
    return this.base === this.written;
  }

  /** [offset, end), which begins at `nextOffset`, goes out. */
  handleSent(offset: number, end: number): void {
    if (this.#lost.size > 0) this.#lost.remove(offset, end);
    if (end > this.sent) this.sent = end;
  }

  handleAcked(offset: number, end: number): void {
    if (this.#lost.size > 0) this.#lost.remove(offset, end);
    if (offset > this.base) return this.#acked.add(offset, end);
    if (end <= this.base) return;
    this.base = end;
    while (this.#acked.size > 0 && this.#acked.start <= this.base) {
      this.base = Math.max(this.base, this.#acked.end);
      this.#acked.shift();
    }
    if (this.base === this.written) this.blocks.free(this.base);
    else this.blocks.freeBelow(this.base);
  }

  handleLost(offset: number, end: number): void {
    const start = Math.max(offset, this.base);
    if (this.#acked.size === 0) return this.#lost.add(start, end);
    this.#acked.forEachGap(start, end, (from, to) => this.#lost.add(from, to));
  }

  /** What was not acknowledged is given up. */
  drop(): void {
    this.#lost.clear();
    this.#acked.clear();
    this.base = this.written = this.sent;
    this.blocks.free(this.base);
  }
}
