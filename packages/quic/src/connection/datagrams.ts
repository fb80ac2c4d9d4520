/** DATAGRAM frames, RFC 9221: what waits to be sent, and what waits for its reader. */
import { frameType } from "../frame/frame-type.ts";
import type { PacketBuilder } from "../frame/packet-builder.ts";
import { varintOctets } from "../packet/varint.ts";
import { DatagramQueue, NO_PREFIX } from "./datagram-queue.ts";

/** Type and length of a frame at most. */
const HEADER_OCTETS = 1 + 4;
/** After this many packets in a row with datagrams first, the next packet has streams first. */
const FIRST_IN_PACKETS = 3;

/** Takes a datagram that arrived: `octets[start, end)`, borrowed. */
export type DatagramSink = (octets: Uint8Array, start: number, end: number) => void;

/** Both directions of a connection's datagrams. */
export class Datagrams {
  /** Takes datagrams in the call that received them; `undefined`: they wait for `receive`. */
  sink: DatagramSink | undefined;
  readonly #out = new DatagramQueue();
  readonly #in = new DatagramQueue();
  /** The peer's max_datagram_frame_size; 0: it takes none. */
  peerMaxOctets = 0;
  #firstInPackets = 0;

  get isPending(): boolean {
    return this.#out.size > 0;
  }

  /** Datagrams dropped because too many waited, or because no packet could hold them. */
  get dropped(): number {
    return this.#out.dropped + this.#in.dropped;
  }

  /** Octets of the oldest that arrived, or -1 when there is none. */
  get nextOctets(): number {
    return this.#in.size === 0 ? -1 : this.#in.nextOctets;
  }

  /**
   * Queues `octets[start, end)`, copied; false when the peer takes none of that size.
   *
   * @param prefix goes before it as a varint, or `NO_PREFIX`
   */
  send(octets: Uint8Array, start: number, end: number, prefix: number): boolean {
    const prefixOctets = prefix === NO_PREFIX ? 0 : varintOctets(prefix);
    if (prefixOctets + end - start + HEADER_OCTETS > this.peerMaxOctets) return false;
    this.#out.push(octets, start, end, prefix);
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
    if (this.sink === undefined) this.#in.push(octets, start, end, NO_PREFIX);
    else this.sink(octets, start, end);
  }

  /**
   * Whether the next packet is filled with datagrams first: so they do not wait behind a bulk flow, whose streams have
   * a quarter of the packets in front of any flood of datagrams.
   */
  takeTurn(): boolean {
    this.#firstInPackets = (this.#firstInPackets + 1) % (FIRST_IN_PACKETS + 1);
    return this.#firstInPackets !== 0;
  }

  /** Writes as many as there is room for; a datagram too large for an empty packet is dropped. */
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
      packet.markEliciting();
    }
  }
}
