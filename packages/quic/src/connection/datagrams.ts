/** DATAGRAM frames, RFC 9221: what waits to be sent, and what waits for its reader. */
import { frameType } from "../frame/frame-type.ts";
import type { PacketBuilder } from "../frame/packet-builder.ts";
import { sentFrame } from "../recovery/sent-frames.ts";

/** Octets that wait in one direction of a connection; beyond, the oldest datagrams go. */
export const DATAGRAM_QUEUE_OCTETS = 262_144;
/** Datagrams that wait in one direction of a connection; beyond, the oldest goes. */
export const DATAGRAM_QUEUE_MAX = 1024;
/** Type and length. */
const HEADER_OCTETS = 1 + 4;

/** Datagrams by age, in one ring of octets that is made when the first one comes. */
class DatagramQueue {
  #ring: Uint8Array | undefined;
  readonly #lengths: number[] = [];
  #head = 0;
  #used = 0;
  dropped = 0;

  get size(): number {
    return this.#lengths.length;
  }

  get nextOctets(): number {
    return this.#lengths[0] ?? 0;
  }

  push(octets: Uint8Array, start: number, end: number): void {
    const length = end - start;
    if (length > DATAGRAM_QUEUE_OCTETS) {
      this.dropped += 1;
      return;
    }
    while (this.#used + length > DATAGRAM_QUEUE_OCTETS || this.#lengths.length >= DATAGRAM_QUEUE_MAX) {
      this.dropped += 1;
      this.drop();
    }
    this.#ring ??= new Uint8Array(DATAGRAM_QUEUE_OCTETS);
    const at = (this.#head + this.#used) % DATAGRAM_QUEUE_OCTETS;
    const first = Math.min(length, DATAGRAM_QUEUE_OCTETS - at);
    this.#ring.set(octets.subarray(start, start + first), at);
    this.#ring.set(octets.subarray(start + first, end), 0);
    this.#used += length;
    this.#lengths.push(length);
  }

  /** Moves the oldest to `into`, which has room for it. */
  shiftTo(into: Uint8Array, at: number): number {
    const length = this.nextOctets;
    const ring = this.#ring;
    if (ring === undefined) return 0;
    const first = Math.min(length, DATAGRAM_QUEUE_OCTETS - this.#head);
    into.set(ring.subarray(this.#head, this.#head + first), at);
    into.set(ring.subarray(0, length - first), at + first);
    this.drop();
    return length;
  }

  drop(): void {
    const length = this.#lengths.shift() ?? 0;
    this.#head = (this.#head + length) % DATAGRAM_QUEUE_OCTETS;
    this.#used -= length;
  }
}

export class Datagrams {
  readonly #out = new DatagramQueue();
  readonly #in = new DatagramQueue();
  /** The peer's max_datagram_frame_size; 0: it takes none. */
  peerMaxOctets = 0;

  get isPending(): boolean {
    return this.#out.size > 0;
  }

  /** Datagrams that were given up since others waited, or no packet held them. */
  get dropped(): number {
    return this.#out.dropped + this.#in.dropped;
  }

  /** Octets of the oldest that arrived, or -1 when there is none. */
  get nextOctets(): number {
    return this.#in.size === 0 ? -1 : this.#in.nextOctets;
  }

  /** Queues a datagram, copied; false when the peer takes none of that size. */
  send(octets: Uint8Array): boolean {
    if (octets.length + HEADER_OCTETS > this.peerMaxOctets) return false;
    this.#out.push(octets, 0, octets.length);
    return true;
  }

  /** The oldest that arrived, into `into`; its octets, or -1 when there is none. What is longer than `into` is dropped. */
  receive(into: Uint8Array): number {
    while (this.#in.size > 0) {
      if (this.#in.nextOctets <= into.length) return this.#in.shiftTo(into, 0);
      this.#in.dropped += 1;
      this.#in.drop();
    }
    return -1;
  }

  handleReceived(octets: Uint8Array, start: number, end: number): void {
    this.#in.push(octets, start, end);
  }

  /** Writes as many as there is room for; what would not fit even an empty packet is dropped. */
  fill(packet: PacketBuilder): void {
    while (this.#out.size > 0) {
      const length = this.#out.nextOctets;
      if (packet.room < length + HEADER_OCTETS) {
        if (!packet.isEmpty) return;
        this.#out.dropped += 1;
        this.#out.drop();
        continue;
      }
      packet.octet(frameType.datagramWithLength);
      packet.varint(length);
      packet.at += this.#out.shiftTo(packet.octets, packet.at);
      packet.frames.add(sentFrame.datagram, 0, 0, 0);
      packet.markEliciting();
    }
  }
}
