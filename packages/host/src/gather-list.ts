import { AddressCache } from "./address-cache.ts";
import { addressOf } from "./libc.ts";
import { iovec, setWord } from "./linux-socket.ts";

/** Pieces of one send, as an iovec array that lies still in memory. Nothing is allocated after construction. */
export class GatherList {
  /** Where the iovec array lies. */
  readonly pointer: number;
  count = 0;
  /** Octets of all pieces. */
  octets = 0;
  readonly #addresses: Float64Array;
  readonly #lengths: Uint32Array;
  readonly #memory: Uint8Array;
  readonly #view: DataView;
  readonly #cache = new AddressCache();

  constructor(capacity: number) {
    this.#addresses = new Float64Array(capacity);
    this.#lengths = new Uint32Array(capacity);
    this.#memory = new Uint8Array(capacity * iovec.octets);
    this.#view = new DataView(this.#memory.buffer);
    this.pointer = addressOf(this.#memory);
  }

  clear(): void {
    this.count = 0;
    this.octets = 0;
  }

  /** Appends `octets[offset, offset + length)`; the caller holds `octets` until the send. */
  add(octets: Uint8Array, offset: number, length: number): void {
    this.#addAddress(this.#cache.of(octets) + offset, length);
  }

  /** Appends what lies in `from[start, start + length)`, counted over its pieces. */
  addRange(from: GatherList, start: number, length: number): void {
    let skip = start;
    let left = length;
    for (let index = 0; index < from.count && left > 0; index += 1) {
      const piece = from.#lengths[index] ?? 0;
      if (skip < piece) {
        const take = Math.min(piece - skip, left);
        this.#addAddress((from.#addresses[index] ?? 0) + skip, take);
        left -= take;
      }
      skip = Math.max(0, skip - piece);
    }
  }

  #addAddress(address: number, length: number): void {
    const at = this.count * iovec.octets;
    if (this.count === this.#lengths.length) throw new RangeError("more pieces than one send takes");
    this.#addresses[this.count] = address;
    this.#lengths[this.count] = length;
    setWord(this.#view, at + iovec.base, address);
    setWord(this.#view, at + iovec.length, length);
    this.count += 1;
    this.octets += length;
  }
}
