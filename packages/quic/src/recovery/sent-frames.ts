import { LARGE_COUNT } from "@flor/machine";

/** What a sent packet carried, as far as an acknowledgement or a loss means something to it. */
export const sentFrame = {
  crypto: 1,
  stream: 2,
  resetStream: 3,
  stopSending: 4,
  maxData: 5,
  maxStreamData: 6,
  maxStreamsBidi: 7,
  handshakeDone: 8,
  newConnectionId: 9,
  retireConnectionId: 10,
  ackFrequency: 11,
  streamWithFin: 13,
  dataBlocked: 14,
} as const;

const FIRST_CAPACITY = 32;

/**
 * A ring of frame records in typed arrays: packets own consecutive ones, and give them back in the order in which they
 * were sent. `id` is a stream or sequence number; [offset, end) are octets.
 */
export class SentFrames {
  kind: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  id: Float64Array = new Float64Array(FIRST_CAPACITY);
  offset: Float64Array = new Float64Array(FIRST_CAPACITY);
  end: Float64Array = new Float64Array(FIRST_CAPACITY);
  /** The oldest record and the one behind the newest; both only grow. */
  head: number = LARGE_COUNT;
  tail = 0;
  #mask = FIRST_CAPACITY - 1;

  /** The slot of a record. */
  slotOf(index: number): number {
    return index & this.#mask;
  }

  add(kind: number, id: number, offset: number, end: number): void {
    if (this.tail - this.head > this.#mask) this.#grow();
    const slot = this.tail & this.#mask;
    this.kind[slot] = kind;
    this.id[slot] = id;
    this.offset[slot] = offset;
    this.end[slot] = end;
    this.tail += 1;
  }

  #grow(): void {
    const [before, mask] = [this.#mask, this.#mask * 2 + 1];
    const { kind, id, offset, end } = this;
    this.kind = new Uint8Array(mask + 1);
    this.id = new Float64Array(mask + 1);
    this.offset = new Float64Array(mask + 1);
    this.end = new Float64Array(mask + 1);
    for (let index = this.head; index < this.tail; index += 1) {
      const [from, to] = [index & before, index & mask];
      this.kind[to] = kind[from] ?? 0;
      this.id[to] = id[from] ?? 0;
      this.offset[to] = offset[from] ?? 0;
      this.end[to] = end[from] ?? 0;
    }
    this.#mask = mask;
  }
}
