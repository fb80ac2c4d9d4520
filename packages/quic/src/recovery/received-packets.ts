import { LARGE_COUNT } from "@flor/machine";

/** Ranges of packet numbers that are remembered; older ones count as received. */
export const RECEIVED_RANGES_MAX = 256;
/** Most spaces of most connections have no more. */
const FIRST_RANGES = 8;

/**
 * The packet numbers that arrived in one space, for acknowledging (RFC 9000 section 13.2.3) and to take each packet
 * once (RFC 9001 section 9.5). Ranges are inclusive, ascending, in one typed array.
 */
export class ReceivedPackets {
  #first = new Float64Array(FIRST_RANGES);
  #last = new Float64Array(FIRST_RANGES);
  #count = 0;
  /** Everything below counts as received. */
  #floor: number = LARGE_COUNT;
  /** The largest so far, or -1. */
  largest = -1;
  /** Acknowledgements up to here have reached the peer, RFC 9000 section 13.2.4. */
  acknowledged = -1;

  /** Number of ranges. */
  get count(): number {
    return this.#count;
  }

  /** Ends of the `index`-th range from the largest, inclusive. */
  firstOf(index: number): number {
    return this.#first[this.#count - 1 - index] ?? 0;
  }

  lastOf(index: number): number {
    return this.#last[this.#count - 1 - index] ?? 0;
  }

  /** Whether the packet was received before. */
  has(packetNumber: number): boolean {
    if (packetNumber < this.#floor) return true;
    for (let at = this.#count - 1; at >= 0; at -= 1) {
      if (packetNumber > (this.#last[at] ?? 0)) return false;
      if (packetNumber >= (this.#first[at] ?? 0)) return true;
    }
    return false;
  }

  /** Remembers a packet that was not received before. */
  add(packetNumber: number): void {
    if (packetNumber > this.largest) this.largest = packetNumber;
    let at = this.#count - 1;
    while (at >= 0 && packetNumber < (this.#first[at] ?? 0)) at -= 1;
    // It lies behind range `at`, and before the next.
    const joinsLower = at >= 0 && (this.#last[at] ?? 0) + 1 === packetNumber;
    const joinsUpper = at + 1 < this.#count && this.#first[at + 1] === packetNumber + 1;
    if (joinsLower && joinsUpper) {
      this.#last[at] = this.#last[at + 1] ?? 0;
      this.#remove(at + 1);
    } else if (joinsLower) this.#last[at] = packetNumber;
    else if (joinsUpper) this.#first[at + 1] = packetNumber;
    else this.#insert(at + 1, packetNumber);
  }

  #insert(at: number, packetNumber: number): void {
    let to = at;
    if (this.#count === RECEIVED_RANGES_MAX) {
      // The oldest is forgotten, which may be this packet itself.
      this.#floor = at === 0 ? packetNumber + 1 : (this.#last[0] ?? 0) + 1;
      if (at === 0) return;
      this.#remove(0);
      to = at - 1;
    }
    if (this.#count === this.#first.length) {
      this.#first = doubled(this.#first);
      this.#last = doubled(this.#last);
    }
    this.#first.copyWithin(to + 1, to, this.#count);
    this.#last.copyWithin(to + 1, to, this.#count);
    this.#first[to] = packetNumber;
    this.#last[to] = packetNumber;
    this.#count += 1;
  }

  #remove(at: number): void {
    this.#first.copyWithin(at, at + 1, this.#count);
    this.#last.copyWithin(at, at + 1, this.#count);
    this.#count -= 1;
  }
}

function doubled(ranges: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(2 * ranges.length);
  wider.set(ranges);
  return wider;
}
