import { writeVarint } from "../packet/varint.ts";

/** Maximum octets that wait in one direction of a connection; beyond, the oldest datagrams are dropped. */
export const DATAGRAM_QUEUE_OCTETS = 262_144;
/** Maximum datagrams that wait in one direction of a connection; beyond, the oldest is dropped. */
export const DATAGRAM_QUEUE_MAX = 1024;

/** No prefix before a datagram. */
export const NO_PREFIX = -1;

/** Below this, a loop copies faster than the views that `set` needs. */
const LOOP_BELOW_OCTETS = 128;
const PREFIX_MAX_OCTETS = 8;

const NO_LENGTHS = new Uint32Array(0);

/** Datagrams by age, in one ring of octets that is created for the first one. */
export class DatagramQueue {
  #ring: Uint8Array | undefined;
  #lengths = NO_LENGTHS;
  readonly #prefix = new Uint8Array(PREFIX_MAX_OCTETS);
  /** The place of the oldest among the lengths. */
  #first = 0;
  #count = 0;
  #head = 0;
  #used = 0;
  dropped = 0;

  get size(): number {
    return this.#count;
  }

  /** Octets of the oldest, its prefix included. */
  get nextOctets(): number {
    return this.#count === 0 ? 0 : (this.#lengths[this.#first] ?? 0);
  }

  /** Appends `octets[start, end)`, copied. @param prefix goes before it as a varint, or {@link NO_PREFIX} */
  push(octets: Uint8Array, start: number, end: number, prefix: number): void {
    const prefixOctets = prefix === NO_PREFIX ? 0 : writeVarint(this.#prefix, 0, prefix);
    const length = prefixOctets + end - start;
    if (length > DATAGRAM_QUEUE_OCTETS) {
      this.dropped += 1;
      return;
    }
    while (this.#used + length > DATAGRAM_QUEUE_OCTETS || this.#count >= DATAGRAM_QUEUE_MAX) {
      this.dropped += 1;
      this.drop();
    }
    if (prefixOctets > 0) this.#append(this.#prefix, 0, prefixOctets);
    this.#append(octets, start, end);
    if (this.#lengths === NO_LENGTHS) this.#lengths = new Uint32Array(DATAGRAM_QUEUE_MAX);
    this.#lengths[(this.#first + this.#count) % DATAGRAM_QUEUE_MAX] = length;
    this.#count += 1;
  }

  /** Moves the oldest to `into`, which has room for it. */
  shiftTo(into: Uint8Array, at: number): number {
    const length = this.nextOctets;
    const ring = this.#ring;
    if (ring === undefined) return 0;
    const first = Math.min(length, DATAGRAM_QUEUE_OCTETS - this.#head);
    copyOctets(ring, this.#head, this.#head + first, into, at);
    copyOctets(ring, 0, length - first, into, at + first);
    this.drop();
    return length;
  }

  /** Drops the oldest. */
  drop(): void {
    const length = this.nextOctets;
    this.#head = (this.#head + length) % DATAGRAM_QUEUE_OCTETS;
    this.#used -= length;
    this.#first = (this.#first + 1) % DATAGRAM_QUEUE_MAX;
    this.#count -= 1;
  }

  #append(octets: Uint8Array, start: number, end: number): void {
    this.#ring ??= new Uint8Array(DATAGRAM_QUEUE_OCTETS);
    const at = (this.#head + this.#used) % DATAGRAM_QUEUE_OCTETS;
    const middle = start + Math.min(end - start, DATAGRAM_QUEUE_OCTETS - at);
    copyOctets(octets, start, middle, this.#ring, at);
    copyOctets(octets, middle, end, this.#ring, 0);
    this.#used += end - start;
  }
}

function copyOctets(from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void {
  if (end - start >= LOOP_BELOW_OCTETS) into.set(from.subarray(start, end), at);
  else for (let index = start; index < end; index += 1) into[at + index - start] = from[index] ?? 0;
}
