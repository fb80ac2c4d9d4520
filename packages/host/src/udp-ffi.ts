/** The UDP socket of Linux: recvmmsg(2) and sendmmsg(2) through buffers that all sockets of the process share. */
import { DatagramSource } from "./datagram-source.ts";
import { type IpEndpoint, isIpv4Endpoint } from "./ip-endpoint.ts";
import * as libc from "./libc.ts";
import { AF_INET, AF_INET6, ERRNO } from "./linux-socket.ts";
import { Readiness } from "./readiness.ts";
import { ReceiveBatch } from "./receive-batch.ts";
import { encodeSocketAddress } from "./socket-address.ts";
import { bindDescriptor, check, localEndpoint, openDescriptor, setBuffers } from "./socket-descriptor.ts";
import { keepErrors, UdpErrorQueue } from "./udp-error-queue.ts";
import { type QueuedSender, UdpSendQueue } from "./udp-send-queue.ts";
import {
  UDP_BUFFER_OCTETS,
  UDP_HEADROOM_OCTETS,
  type UdpSocket,
  type UdpSocketOptions,
  type UdpSocketOwner,
} from "./udp-socket.ts";

/** Datagrams of one recvmmsg(2). */
const BATCH = 32;
/** Datagrams of one socket a turn: then others have theirs. */
const TURN_DATAGRAMS = 128;

/** What all sockets share: a datagram is used up before the next socket receives. */
interface Shared {
  readonly batch: ReceiveBatch;
  readonly queue: UdpSendQueue;
  readonly errors: UdpErrorQueue;
}

let shared: Shared | undefined;

/** Opens a {@link UdpSocket} through FFI. Throws `SocketCallError`. */
export function openFfiUdpSocket({ local, remote, owner }: UdpSocketOptions): UdpSocket {
  shared ??= {
    batch: new ReceiveBatch(BATCH, UDP_HEADROOM_OCTETS, false),
    queue: new UdpSendQueue(),
    errors: new UdpErrorQueue(),
  };
  const family = isIpv4Endpoint(local) ? AF_INET : AF_INET6;
  const fd = openDescriptor(family);
  const socket = new FfiUdpSocket(fd, family, owner, shared);
  try {
    socket.start(local, remote);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

class FfiUdpSocket implements UdpSocket, QueuedSender {
  readonly fd: number;
  readonly #family: number;
  readonly #owner: UdpSocketOwner;
  readonly #shared: Shared;
  readonly #source = new DatagramSource();
  readonly #readiness: Readiness;
  readonly #addresses = new WeakMap<IpEndpoint, EncodedAddress>();
  #local: IpEndpoint | undefined;
  #lastTo: IpEndpoint | undefined;
  #lastAddress: EncodedAddress = NO_ADDRESS;
  #isConnected = false;
  #isClosed = false;

  constructor(fd: number, family: number, owner: UdpSocketOwner, all: Shared) {
    this.fd = fd;
    this.#family = family;
    this.#owner = owner;
    this.#shared = all;
    this.#readiness = new Readiness(fd, () => this.#receive());
  }

  start(local: IpEndpoint, remote: IpEndpoint | undefined): void {
    setBuffers(this.fd, UDP_BUFFER_OCTETS);
    keepErrors(this.fd, this.#family);
    bindDescriptor(this.fd, this.#family, local);
    if (remote !== undefined) {
      const address = encodeSocketAddress(remote, this.#family);
      check("connect", libc.connect(this.fd, address, address.length));
      this.#isConnected = true;
    }
    this.#local = localEndpoint(this.fd);
    this.#readiness.start();
  }

  get local(): IpEndpoint {
    if (this.#local === undefined) throw new Error("the socket is not bound");
    return this.#local;
  }

  send(octets: Uint8Array, start: number, end: number, to: IpEndpoint): void {
    if (!this.#isClosed) this.#shared.queue.add(this, octets, start, end, to);
  }

  addressFor(to: IpEndpoint): EncodedAddress {
    if (this.#isConnected) return NO_ADDRESS;
    if (to === this.#lastTo) return this.#lastAddress;
    let address = this.#addresses.get(to);
    if (address === undefined) {
      const held = encodeSocketAddress(to, this.#family);
      address = { held, pointer: libc.addressOf(held), octets: held.length };
      this.#addresses.set(to, address);
    }
    this.#lastTo = to;
    this.#lastAddress = address;
    return address;
  }

  handleError(code: string, to: IpEndpoint | undefined): void {
    if (!this.#isClosed) this.#owner.handleError(code, to);
  }

  close(): void {
    if (this.#isClosed) return;
    // What waits names this descriptor, whose number another socket may have next.
    this.#shared.queue.flush();
    this.#isClosed = true;
    this.#readiness.close();
    libc.close(this.fd);
  }

  #receive(): void {
    const { batch } = this.#shared;
    for (let taken = 0; taken < TURN_DATAGRAMS && !this.#isClosed;) {
      const count = batch.receive(this.fd, BATCH);
      if (count <= 0) return this.#handleNothing(count < 0 ? batch.errno : 0, taken);
      for (let index = 0; index < count && !this.#isClosed; index += 1) this.#handOn(index);
      taken += count;
      if (count < BATCH) return;
    }
  }

  #handOn(index: number): void {
    const { batch } = this.#shared;
    const octets = batch.buffers[index];
    if (octets === undefined) return;
    batch.copySource(index, this.#source);
    const start = batch.headroom;
    this.#owner.handleReceived(octets, start, start + batch.lengthOf(index), this.#source);
  }

  /** Readable without a datagram is an error: the socket's own, or some in its queue, which alone name the destination. */
  #handleNothing(error: number, taken: number): void {
    if (error === ERRNO.EAGAIN && taken > 0) return;
    this.#shared.errors.drain(this.fd, (code, to) => this.handleError(code, to));
  }
}

/** A sockaddr, held where it lies. */
interface EncodedAddress {
  readonly held: Uint8Array;
  readonly pointer: number;
  readonly octets: number;
}

const NO_ADDRESS: EncodedAddress = { held: new Uint8Array(0), pointer: 0, octets: 0 };
