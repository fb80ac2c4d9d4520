import { addressOf, errno, errorName, sendmmsg } from "./libc.ts";
import { ERRNO, iovec, mmsghdr, MSG_DONTWAIT, msghdr, setWord } from "./linux-socket.ts";
import type { IpEndpoint } from "./ip-endpoint.ts";

/** Datagrams that wait for one sendmmsg(2). */
const DATAGRAMS = 64;
/** Octets that wait for it. */
const SLAB_OCTETS = 256 * 1024;

/** Whose datagrams wait. */
export interface QueuedSender {
  readonly fd: number;
  /** Where `to` lies as a sockaddr, and its octets; the sender keeps it there. */
  addressFor(to: IpEndpoint): { readonly pointer: number; readonly octets: number };
  handleError(code: string, to: IpEndpoint | undefined): void;
}

/**
 * Datagrams of all UDP flows on their way to the kernel: copied as they come, and sent when the loop's turn is over or
 * there is no room, those of one socket in one system call. Nothing is allocated after construction.
 */
export class UdpSendQueue {
  readonly #senders: (QueuedSender | undefined)[] = Array.from({ length: DATAGRAMS });
  readonly #destinations: (IpEndpoint | undefined)[] = Array.from({ length: DATAGRAMS });
  #count = 0;
  readonly #slab = new Uint8Array(SLAB_OCTETS);
  readonly #slabAt = addressOf(this.#slab);
  #used = 0;
  readonly #messages = new Uint8Array(DATAGRAMS * mmsghdr.octets);
  readonly #messageView = new DataView(this.#messages.buffer);
  readonly #messagesAt = addressOf(this.#messages);
  readonly #vectors = new Uint8Array(DATAGRAMS * iovec.octets);
  readonly #vectorView = new DataView(this.#vectors.buffer);
  readonly #flush = (): void => {
    this.#isScheduled = false;
    this.flush();
  };
  #isScheduled = false;

  constructor() {
    const vectorsAt = addressOf(this.#vectors);
    for (let index = 0; index < DATAGRAMS; index += 1) {
      const at = index * mmsghdr.octets;
      setWord(this.#messageView, at + msghdr.vectors, vectorsAt + index * iovec.octets);
      setWord(this.#messageView, at + msghdr.vectorCount, 1);
    }
  }

  /** Queues octets[start, end), copied; 65,535 octets at most. */
  add(sender: QueuedSender, octets: Uint8Array, start: number, end: number, to: IpEndpoint): void {
    const length = end - start;
    if (this.#count === DATAGRAMS || this.#used + length > SLAB_OCTETS) this.flush();
    const index = this.#count;
    copy(octets, start, end, this.#slab, this.#used);
    const address = sender.addressFor(to);
    const at = index * mmsghdr.octets;
    setWord(this.#messageView, at + msghdr.name, address.pointer);
    this.#messageView.setUint32(at + msghdr.nameOctets, address.octets, true);
    setWord(this.#vectorView, index * iovec.octets + iovec.base, this.#slabAt + this.#used);
    setWord(this.#vectorView, index * iovec.octets + iovec.length, length);
    this.#senders[index] = sender;
    this.#destinations[index] = to;
    this.#used += length;
    this.#count += 1;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#flush);
  }

  /** Sends what waits. */
  flush(): void {
    const count = this.#count;
    this.#count = 0;
    this.#used = 0;
    for (let first = 0; first < count;) {
      const sender = this.#senders[first];
      let next = first + 1;
      while (next < count && this.#senders[next] === sender) next += 1;
      if (sender !== undefined) this.#sendRun(sender, first, next);
      first = next;
    }
    this.#senders.fill(undefined, 0, count);
    this.#destinations.fill(undefined, 0, count);
  }

  /** An owner that is told of an error here may queue again: the errors are told when all is sent. */
  #sendRun(sender: QueuedSender, first: number, end: number): void {
    let isRetry = false;
    for (let next = first; next < end;) {
      const sent = sendmmsg(sender.fd, this.#messagesAt + next * mmsghdr.octets, end - next, MSG_DONTWAIT);
      const error = sent < 0 ? errno() : 0;
      // The kernel tells an earlier datagram's fate instead of sending this one: send it now.
      const isOlder: boolean = error === ERRNO.ECONNREFUSED && !isRetry;
      isRetry = isOlder;
      if (isOlder) continue;
      if (sent < 0) tellLater(sender, errorName(error), this.#destinations[next]);
      next += Math.max(1, sent);
    }
  }
}

function tellLater(sender: QueuedSender, code: string, to: IpEndpoint | undefined): void {
  setImmediate(() => sender.handleError(code, to));
}

/** Below this, a loop copies faster than the view that `set` needs. */
const LOOP_BELOW_OCTETS = 128;

function copy(from: Uint8Array, start: number, end: number, into: Uint8Array, at: number): void {
  if (end - start >= LOOP_BELOW_OCTETS) into.set(from.subarray(start, end), at);
  else for (let index = start; index < end; index += 1) into[at + index - start] = from[index] ?? 0;
}
