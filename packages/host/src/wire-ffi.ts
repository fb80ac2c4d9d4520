/**
 * The wire socket of Linux: a run of equal datagrams leaves in one sendmsg(2) that the kernel cuts (UDP_SEGMENT),
 * and what it joined arrives in one piece (UDP_GRO).
 */
import type { DatagramSource } from "./datagram-source.ts";
import { GatherList } from "./gather-list.ts";
import { type IpEndpoint, isIpv4Endpoint, isUnspecified } from "./ip-endpoint.ts";
import { AF_INET, AF_INET6, ERRNO, SOL_UDP, UDP_GRO } from "./linux-socket.ts";
import type { LocalAddress } from "./local-address.ts";
import { MessageSender } from "./message-sender.ts";
import { PolledSocket } from "./polled-socket.ts";
import {
  bindDescriptor,
  forbidFragments,
  localEndpoint,
  openDescriptor,
  orClosed,
  pathMtu,
  requestLocalAddress,
  setBuffers,
  setOption,
} from "./socket-descriptor.ts";
import { keepErrors, UdpErrorQueue } from "./udp-error-queue.ts";
import {
  countWireError,
  newWireCounters,
  SEND_DATAGRAMS_MAX,
  type SendOutcome,
  WIRE_BUFFER_OCTETS,
  WIRE_HEADROOM_OCTETS,
  type WireCounters,
  type WireSocket,
  type WireSocketOptions,
} from "./wire-socket.ts";

/** Header, slice and padding of every segment. */
const PIECES_MAX = SEND_DATAGRAMS_MAX * 3;

/** What the kernel answers to a source address that is not ours any more; which, differs by version and family. */
const ADDRESS_GONE: ReadonlySet<number> = new Set([ERRNO.EINVAL, ERRNO.ENODEV, ERRNO.EADDRNOTAVAIL, ERRNO.ENETUNREACH]);

/** What ICMP makes of a datagram, RFC 1122 section 3.2.2.1, as the kernel tells the socket. */
const EARLIER: ReadonlySet<number> = new Set([
  ERRNO.EACCES,
  ERRNO.EPROTO,
  ERRNO.EMSGSIZE,
  ERRNO.ENOPROTOOPT,
  ERRNO.EOPNOTSUPP,
  ERRNO.ENETUNREACH,
  ERRNO.ECONNREFUSED,
  ERRNO.EHOSTDOWN,
  ERRNO.EHOSTUNREACH,
  ERRNO.ENONET,
]);

/** Opens a {@link WireSocket} through FFI. Throws `SocketCallError`. */
export async function openFfiWireSocket(options: WireSocketOptions): Promise<WireSocket> {
  const family = isIpv4Endpoint(options.local) ? AF_INET : AF_INET6;
  const socket = orClosed(openDescriptor(family), (fd) => new FfiWireSocket(fd, family, options));
  try {
    socket.start(options.local);
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

class FfiWireSocket implements WireSocket {
  readonly usesFfi = true;
  readonly canPause = true;
  readonly receiveBufferOctets: number;
  readonly counters: WireCounters = newWireCounters();
  usesSegmentation: boolean;
  onDatagram: (octets: Uint8Array, offset: number, end: number) => number = (_octets, _offset, end) => end;
  onBurstEnd: () => void = () => {};
  onError: (code: string) => void = () => {};
  onPathError: (code: string, to: IpEndpoint) => void = () => {};
  #local: IpEndpoint | undefined;
  readonly #fd: number;
  readonly #family: number;
  readonly #polled: PolledSocket;
  readonly #sender: MessageSender;
  readonly #gathered = new GatherList(PIECES_MAX);
  readonly #errors = new UdpErrorQueue();
  readonly #single = new GatherList(PIECES_MAX);
  #from: LocalAddress | undefined;
  #closed = false;

  constructor(fd: number, family: number, { local, segmentation = true }: WireSocketOptions) {
    this.#fd = fd;
    this.#family = family;
    this.receiveBufferOctets = setBuffers(fd, WIRE_BUFFER_OCTETS);
    forbidFragments(fd, family);
    this.usesSegmentation = segmentation && setOption(fd, SOL_UDP, UDP_GRO, 1);
    this.#sender = new MessageSender(fd, family);
    keepErrors(fd, family);
    const sink = {
      onDatagram: (octets: Uint8Array, offset: number, end: number) => this.#handleDatagram(octets, offset, end),
      onBurstEnd: () => this.onBurstEnd(),
      onError: (code: string) => this.onError(code),
      onErrorsQueued: () => this.#takeErrors(),
    };
    const wantsLocal = isUnspecified(local) && requestLocalAddress(fd, family);
    this.#polled = new PolledSocket(fd, sink, { headroom: WIRE_HEADROOM_OCTETS, wantsLocal });
  }

  start(local: IpEndpoint): void {
    bindDescriptor(this.#fd, this.#family, local);
    this.#local = localEndpoint(this.#fd);
    this.#polled.start();
  }

  get local(): IpEndpoint {
    if (this.#local === undefined) throw new Error("the socket is not bound");
    return this.#local;
  }

  get source(): DatagramSource {
    return this.#polled.source;
  }

  resume(): void {
    this.#polled.resume();
  }

  gather(octets: Uint8Array, offset: number, length: number): void {
    this.#gathered.add(octets, offset, length);
  }

  send(to: IpEndpoint, datagramOctets: number, from?: LocalAddress): SendOutcome {
    this.#from = from;
    const outcome = this.#closed ? "failed" : this.#sendGathered(to, datagramOctets);
    this.#gathered.clear();
    countWireError(this.counters, outcome);
    return outcome;
  }

  pathMtu(to: IpEndpoint): number | undefined {
    return pathMtu(this.#family, to);
  }

  close(): void {
    this.#closed = true;
    this.#polled.close();
  }

  #handleDatagram(octets: Uint8Array, offset: number, end: number): number {
    const taken = this.onDatagram(octets, offset, end);
    if (taken < end) return taken;
    this.counters.receives += 1;
    this.counters.receivedOctets += end - offset;
    return end;
  }

  #sendGathered(to: IpEndpoint, datagramOctets: number): SendOutcome {
    const list = this.#gathered;
    if (list.octets <= datagramOctets) return this.#transmit(list, to, 0);
    if (!this.usesSegmentation) return this.#sendEach(to, datagramOctets);
    const error = this.#transmitFrom(list, to, datagramOctets);
    if (error === 0) {
      this.counters.segmentedSends += 1;
      return this.#countSent(list.octets);
    }
    if (error !== ERRNO.EINVAL && error !== ERRNO.EIO && error !== ERRNO.EOPNOTSUPP) return outcomeOf(error);
    // Segments longer than the path, an interface without checksum offload, or no UDP_SEGMENT: one by one it shows.
    const outcome = this.#sendEach(to, datagramOctets);
    if (outcome === "sent") this.usesSegmentation = false;
    return outcome;
  }

  #sendEach(to: IpEndpoint, datagramOctets: number): SendOutcome {
    const { octets } = this.#gathered;
    for (let at = 0; at < octets; at += datagramOctets) {
      this.#single.clear();
      this.#single.addRange(this.#gathered, at, Math.min(datagramOctets, octets - at));
      const outcome = this.#transmit(this.#single, to, 0);
      if (outcome !== "sent") return outcome;
    }
    return "sent";
  }

  #transmit(list: GatherList, to: IpEndpoint, segmentOctets: number): SendOutcome {
    const error = this.#transmitFrom(list, to, segmentOctets);
    return error === 0 ? this.#countSent(list.octets) : outcomeOf(error);
  }

  /** An address that this machine has lost is left to the routing table. */
  #transmitFrom(list: GatherList, to: IpEndpoint, segmentOctets: number): number {
    let error = this.#sender.send(list, to, segmentOctets, this.#from);
    // The kernel reports an earlier datagram's fate instead, to whomever that was: now it sends, or says what is wrong with this one.
    if (EARLIER.has(error)) error = this.#sender.send(list, to, segmentOctets, this.#from);
    if (this.#from === undefined || !ADDRESS_GONE.has(error)) return error;
    this.#from = undefined;
    return this.#sender.send(list, to, segmentOctets, undefined);
  }

  #takeErrors(): void {
    if (this.#closed) return;
    this.#errors.drain(this.#fd, (code, to) => {
      if (to !== undefined && !this.#closed) this.onPathError(code, to);
    });
  }

  #countSent(octets: number): SendOutcome {
    this.counters.sends += 1;
    this.counters.sentOctets += octets;
    return "sent";
  }
}

function outcomeOf(error: number): SendOutcome {
  if (error === ERRNO.EMSGSIZE) return "too-long";
  if (error === ERRNO.ENETUNREACH || error === ERRNO.EHOSTUNREACH || error === ERRNO.ENETDOWN) return "no-route";
  return error === ERRNO.EAGAIN || error === ERRNO.ENOBUFS ? "no-buffer" : "failed";
}
