import { addressOf, errno, recvmmsg } from "./libc.ts";
import { AF_INET, iovec, mmsghdr, MSG_DONTWAIT, msghdr, setWord, SOCKADDR_MAX_OCTETS } from "./linux-socket.ts";

/** The largest UDP payload, GRO included, fits. */
export const RECEIVE_BUFFER_OCTETS = 65_536;

const V4_MAPPED = 0xffff;

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

  /** @param headroom octets left free before each datagram */
  constructor(count: number, headroom: number) {
    this.headroom = headroom;
    this.buffers = Array.from({ length: count }, () => new Uint8Array(headroom + RECEIVE_BUFFER_OCTETS));
    this.#messages = new Uint8Array(count * mmsghdr.octets);
    this.#messageView = new DataView(this.#messages.buffer);
    this.#messagesAt = addressOf(this.#messages);
    this.#names = new Uint8Array(count * SOCKADDR_MAX_OCTETS);
    this.#nameView = new DataView(this.#names.buffer);
    this.#vectors = new Uint8Array(count * iovec.octets);
    this.#layOut();
  }

  /** Receives up to `limit` datagrams without waiting: how many came, or -1 with `errno` set. */
  receive(fd: number, limit: number): number {
    for (let index = 0; index < limit; index += 1)
      this.#messageView.setUint32(index * mmsghdr.octets + msghdr.nameOctets, SOCKADDR_MAX_OCTETS, true);
    const count = recvmmsg(fd, this.#messagesAt, limit, MSG_DONTWAIT, null);
    if (count < 0) this.errno = errno();
    return count;
  }

  /** Octets of datagram `index` of the last `receive`. */
  lengthOf(index: number): number {
    return this.#messageView.getUint32(index * mmsghdr.octets + mmsghdr.received, true);
  }

  /** The port datagram `index` came from. */
  sourcePort(index: number): number {
    return this.#nameView.getUint16(index * SOCKADDR_MAX_OCTETS + 2);
  }

  /** Word 0 to 3 of the address datagram `index` came from, IPv4 as v4-mapped. */
  sourceWord(index: number, word: number): number {
    const at = index * SOCKADDR_MAX_OCTETS;
    if (this.#nameView.getUint16(at, true) !== AF_INET) return this.#nameView.getUint32(at + 8 + 4 * word);
    if (word === 3) return this.#nameView.getUint32(at + 4);
    return word === 2 ? V4_MAPPED : 0;
  }

  #layOut(): void {
    const vectorView = new DataView(this.#vectors.buffer);
    const vectorsAt = addressOf(this.#vectors);
    const namesAt = addressOf(this.#names);
    this.buffers.forEach((buffer, index) => {
      setWord(vectorView, index * iovec.octets + iovec.base, addressOf(buffer) + this.headroom);
      setWord(vectorView, index * iovec.octets + iovec.length, RECEIVE_BUFFER_OCTETS);
      const at = index * mmsghdr.octets;
      setWord(this.#messageView, at + msghdr.name, namesAt + index * SOCKADDR_MAX_OCTETS);
      setWord(this.#messageView, at + msghdr.vectors, vectorsAt + index * iovec.octets);
      setWord(this.#messageView, at + msghdr.vectorCount, 1);
    });
  }
}
