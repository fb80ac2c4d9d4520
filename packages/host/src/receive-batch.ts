import type { DatagramSource } from "./datagram-source.ts";
import { addressOf, errno, recvmmsg } from "./libc.ts";
import {
  AF_INET,
  cmsghdr,
  iovec,
  IP_PKTINFO,
  IPPROTO_IP,
  IPPROTO_IPV6,
  IPV6_PKTINFO,
  mmsghdr,
  MSG_DONTWAIT,
  msghdr,
  packetInfo4,
  packetInfo6,
  setWord,
  SOCKADDR_MAX_OCTETS,
} from "./linux-socket.ts";
import { type LocalAddress, LocalAddresses } from "./local-address.ts";

/** The largest UDP payload, GRO included, fits. */
export const RECEIVE_BUFFER_OCTETS = 65_536;

const V4_MAPPED = 0xffff;
/** The first 10 bits of a link-local address (RFC 4291 section 2.5.6). */
const LINK_LOCAL = 0xfe80_0000;
const LINK_LOCAL_MASK = 0xffc0_0000;
/** Control messages of one datagram: UDP_GRO with 24 octets and a packet info with 40 at most. */
const CONTROL_OCTETS = 96;

/** Fixed buffers for several datagrams of one recvmmsg(2). Nothing is allocated after construction. */
export class ReceiveBatch {
  readonly buffers: readonly Uint8Array[];
  readonly headroom: number;
  /** Why the last `receive` returned -1. */
  errno = 0;
  readonly #messages: Uint8Array;
  readonly #messageView: DataView;
  readonly #messagesAt: number;
  readonly #names: Uint8Array;
  readonly #nameView: DataView;
  readonly #vectors: Uint8Array;
  readonly #controls: Uint8Array | undefined;
  readonly #controlView: DataView;
  readonly #locals = new LocalAddresses();

  /**
   * @param headroom octets left free before each datagram
   * @param wantsLocal the socket says which of our addresses a datagram was sent to
   */
  constructor(count: number, headroom: number, wantsLocal: boolean) {
    this.headroom = headroom;
    this.buffers = Array.from({ length: count }, () => new Uint8Array(headroom + RECEIVE_BUFFER_OCTETS));
    this.#messages = new Uint8Array(count * mmsghdr.octets);
    this.#messageView = new DataView(this.#messages.buffer);
    this.#messagesAt = addressOf(this.#messages);
    this.#names = new Uint8Array(count * SOCKADDR_MAX_OCTETS);
    this.#nameView = new DataView(this.#names.buffer);
    this.#vectors = new Uint8Array(count * iovec.octets);
    this.#controls = wantsLocal ? new Uint8Array(count * CONTROL_OCTETS) : undefined;
    this.#controlView = new DataView((this.#controls ?? new Uint8Array(0)).buffer);
    this.#layOut();
  }

  /** Receives up to `limit` datagrams without waiting: how many came, or -1 with `errno` set. */
  receive(fd: number, limit: number): number {
    const controlOctets = this.#controls === undefined ? 0 : CONTROL_OCTETS;
    for (let index = 0; index < limit; index += 1) {
      const at = index * mmsghdr.octets;
      this.#messageView.setUint32(at + msghdr.nameOctets, SOCKADDR_MAX_OCTETS, true);
      this.#messageView.setUint32(at + msghdr.controlOctets, controlOctets, true);
    }
    const count = recvmmsg(fd, this.#messagesAt, limit, MSG_DONTWAIT, null);
    if (count < 0) this.errno = errno();
    return count;
  }

  /** Octets of datagram `index` of the last `receive`. */
  lengthOf(index: number): number {
    return this.#messageView.getUint32(index * mmsghdr.octets + mmsghdr.received, true);
  }

  /** Writes into `source` where datagram `index` came from, and where it was sent to. */
  copySource(index: number, source: DatagramSource): void {
    const view = this.#nameView;
    const at = index * SOCKADDR_MAX_OCTETS;
    if (view.getUint16(at, true) === AF_INET) source.setWords(0, 0, V4_MAPPED, view.getUint32(at + 4), 0);
    else copySource6(view, at, source);
    source.port = view.getUint16(at + 2);
    source.local = this.#localOf(index);
  }

  /** Which of our addresses datagram `index` was sent to; `undefined` when the kernel does not say. */
  #localOf(index: number): LocalAddress | undefined {
    if (this.#controls === undefined) return undefined;
    const view = this.#controlView;
    const start = index * CONTROL_OCTETS;
    const octets = this.#messageView.getUint32(index * mmsghdr.octets + msghdr.controlOctets, true);
    const end = start + Math.min(octets, CONTROL_OCTETS);
    for (let at = start; at + cmsghdr.octets <= end;) {
      const level = view.getInt32(at + cmsghdr.level, true);
      const type = view.getInt32(at + cmsghdr.type, true);
      if (level === IPPROTO_IPV6 && type === IPV6_PKTINFO) return this.#local6(at);
      if (level === IPPROTO_IP && type === IP_PKTINFO)
        return this.#locals.of(0, 0, V4_MAPPED, view.getUint32(at + packetInfo4.local), 0);
      const length = Math.max(cmsghdr.octets, view.getUint32(at + cmsghdr.length, true));
      at += Math.ceil(length / cmsghdr.alignment) * cmsghdr.alignment;
    }
    return undefined;
  }

  #local6(at: number): LocalAddress {
    const view = this.#controlView;
    const word = (index: number): number => view.getUint32(at + packetInfo6.address + 4 * index);
    const first = word(0);
    const isLinkLocal = (first & LINK_LOCAL_MASK) >>> 0 === LINK_LOCAL;
    const scope = isLinkLocal ? view.getUint32(at + packetInfo6.interface, true) : 0;
    return this.#locals.of(first, word(1), word(2), word(3), scope);
  }

  #layOut(): void {
    const vectorView = new DataView(this.#vectors.buffer);
    const vectorsAt = addressOf(this.#vectors);
    const namesAt = addressOf(this.#names);
    const controlsAt = this.#controls === undefined ? undefined : addressOf(this.#controls);
    this.buffers.forEach((buffer, index) => {
      setWord(vectorView, index * iovec.octets + iovec.base, addressOf(buffer) + this.headroom);
      setWord(vectorView, index * iovec.octets + iovec.length, RECEIVE_BUFFER_OCTETS);
      const at = index * mmsghdr.octets;
      setWord(this.#messageView, at + msghdr.name, namesAt + index * SOCKADDR_MAX_OCTETS);
      setWord(this.#messageView, at + msghdr.vectors, vectorsAt + index * iovec.octets);
      setWord(this.#messageView, at + msghdr.vectorCount, 1);
      if (controlsAt !== undefined)
        setWord(this.#messageView, at + msghdr.control, controlsAt + index * CONTROL_OCTETS);
    });
  }
}

function copySource6(view: DataView, at: number, source: DatagramSource): void {
  const word = (index: number): number => view.getUint32(at + 8 + 4 * index);
  source.setWords(word(0), word(1), word(2), word(3), view.getUint32(at + 24, true));
}
