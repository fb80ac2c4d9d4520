/** The loopback socket of Linux: one recvmmsg(2) or sendmmsg(2) for several datagrams, sends without copy or callback. */
import { countSendError, newDatagramCounters } from "./datagram-counters.ts";
import type { DatagramCounters, DatagramSocket } from "./datagram-socket.ts";
import { LOOPBACK, LOOPBACK_BUFFER_OCTETS } from "./datagram-socket.ts";
import { endpointFromWords, type IpEndpoint } from "./ip-endpoint.ts";
import { AddressCache } from "./address-cache.ts";
import { bulkScheduling } from "./bulk-scheduling.ts";
import * as libc from "./libc.ts";
import { AF_INET, ERRNO, MSG_DONTWAIT } from "./linux-socket.ts";
import { PolledSocket } from "./polled-socket.ts";
import { SendBatch } from "./send-batch.ts";
import { encodeSocketAddress } from "./socket-address.ts";
import { bindDescriptor, localEndpoint, openDescriptor, orClosed, setBuffers } from "./socket-descriptor.ts";

/** Beyond a few, the saving of a datagram is lost in its copy, and the other process waits for its first. */
const BATCH = 8;

/** Opens a {@link DatagramSocket} through FFI. Throws `SocketCallError`. */
export async function openFfiLoopbackSocket(
  receiveBufferOctets: number = LOOPBACK_BUFFER_OCTETS,
): Promise<DatagramSocket> {
  const socket = orClosed(
    openDescriptor(AF_INET),
    (fd) => new FfiLoopbackSocket(fd, setBuffers(fd, receiveBufferOctets)),
  );
  try {
    socket.start();
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

class FfiLoopbackSocket implements DatagramSocket {
  readonly usesFfi = true;
  localPort = 0;
  readonly receiveBufferOctets: number;
  readonly counters: DatagramCounters = newDatagramCounters();
  onReceive: (octets: Uint8Array, length: number) => void = () => {};
  onBurstEnd: () => void = () => {};
  onError: (code: string) => void = () => {};
  readonly #fd: number;
  readonly #polled: PolledSocket;
  readonly #addresses = new AddressCache();
  readonly #batch = new SendBatch(BATCH);
  #closed = false;

  constructor(fd: number, receiveBufferOctets: number) {
    this.#fd = fd;
    this.receiveBufferOctets = receiveBufferOctets;
    this.#polled = new PolledSocket(fd, {
      onDatagram: (octets, _offset, end) => this.#handleDatagram(octets, end),
      onBurstEnd: () => this.onBurstEnd(),
      onError: (code) => this.onError(code),
    });
  }

  start(): void {
    bindDescriptor(this.#fd, AF_INET, loopback(0));
    this.localPort = localEndpoint(this.#fd).port;
    this.#polled.start();
  }

  get sourcePort(): number {
    return this.#polled.source.port;
  }

  connect(port: number): void {
    if (this.#closed) return;
    const address = encodeSocketAddress(loopback(port), AF_INET);
    if (libc.connect(this.#fd, address, address.length) < 0) this.onError(libc.errorName(libc.errno()));
  }

  send(octets: Uint8Array, offset: number, length: number): void {
    this.queue(octets, offset, length);
    this.flush();
  }

  queue(octets: Uint8Array, offset: number, length: number): void {
    if (this.#closed) return;
    if (this.#batch.isFull) this.flush();
    this.#batch.add(this.#addresses.of(octets) + offset, length);
  }

  flush(): void {
    if (this.#closed || this.#batch.count === 0) return;
    const isRefused = this.#sendBatch();
    this.#batch.clear();
    // Last: the callback may send.
    if (isRefused) this.onError("ECONNREFUSED");
  }

  sendTo(octets: Uint8Array, offset: number, length: number, port: number): void {
    if (this.#closed) return;
    const address = encodeSocketAddress(loopback(port), AF_INET);
    const pointer = this.#addresses.of(octets) + offset;
    this.#count(libc.sendto(this.#fd, pointer, length, MSG_DONTWAIT, address, address.length));
  }

  close(): void {
    this.#closed = true;
    this.#polled.close();
  }

  #handleDatagram(octets: Uint8Array, end: number): number {
    this.counters.receivedDatagrams += 1;
    this.counters.receivedOctets += end;
    this.onReceive(octets, end);
    return end;
  }

  /** Returns whether the peer's port turned out to be closed. */
  #sendBatch(): boolean {
    let isRefused = false;
    let isRetry = false;
    for (let next = 0; next < this.#batch.count;) {
      const sent = this.#batch.send(this.#fd, next);
      for (let index = next; index < next + sent; index += 1) this.#count(this.#batch.lengthOf(index));
      // The kernel reports an earlier datagram's fate instead of sending this one: send it now.
      isRetry = sent === -ERRNO.ECONNREFUSED && !isRetry;
      if (isRetry) isRefused = true;
      else if (sent <= 0) countSendError(this.counters, libc.errorName(-sent));
      if (!isRetry) next += Math.max(1, sent);
    }
    return isRefused;
  }

  #count(sent: number): void {
    if (sent < 0) return countSendError(this.counters, libc.errorName(libc.errno()));
    this.counters.sentDatagrams += 1;
    this.counters.sentOctets += sent;
    bulkScheduling.note(sent);
  }
}

function loopback(port: number): IpEndpoint {
  return endpointFromWords([0, 0, 0xffff, LOOPBACK], port, 0);
}
