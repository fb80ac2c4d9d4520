import { addressOf, errno, sendmmsg } from "./libc.ts";
import { iovec, mmsghdr, MSG_DONTWAIT, msghdr, setWord } from "./linux-socket.ts";

/** Datagrams for the connected peer that leave in one sendmmsg(2). Nothing is allocated after construction. */
export class SendBatch {
  /** Datagrams added since `clear`. */
  count = 0;
  readonly #capacity: number;
  readonly #messages: Uint8Array;
  readonly #messagesAt: number;
  readonly #vectors: Uint8Array;
  readonly #vectorView: DataView;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#messages = new Uint8Array(capacity * mmsghdr.octets);
    this.#messagesAt = addressOf(this.#messages);
    this.#vectors = new Uint8Array(capacity * iovec.octets);
    this.#vectorView = new DataView(this.#vectors.buffer);
    this.#layOut();
  }

  get isFull(): boolean {
    return this.count === this.#capacity;
  }

  /** Adds `length` octets at `pointer`; they stay there until the send. */
  add(pointer: number, length: number): void {
    const at = this.count * iovec.octets;
    setWord(this.#vectorView, at + iovec.base, pointer);
    setWord(this.#vectorView, at + iovec.length, length);
    this.count += 1;
  }

  lengthOf(index: number): number {
    return this.#vectorView.getUint32(index * iovec.octets + iovec.length, true);
  }

  /** Sends the datagrams from `first` on without waiting. Returns how many went, or the error number of `first`, negative. */
  send(fd: number, first: number): number {
    const sent = sendmmsg(fd, this.#messagesAt + first * mmsghdr.octets, this.count - first, MSG_DONTWAIT);
    return sent < 0 ? -errno() : sent;
  }

  clear(): void {
    this.count = 0;
  }

  #layOut(): void {
    const view = new DataView(this.#messages.buffer);
    const vectorsAt = addressOf(this.#vectors);
    for (let index = 0; index < this.#capacity; index += 1) {
      const at = index * mmsghdr.octets;
      setWord(view, at + msghdr.vectors, vectorsAt + index * iovec.octets);
      setWord(view, at + msghdr.vectorCount, 1);
    }
  }
}
