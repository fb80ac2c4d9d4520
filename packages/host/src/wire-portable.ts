/**
 * The wire socket of every platform, on `node:dgram`: one call a datagram, no DF, and no way to leave datagrams in
 * the kernel.
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { DatagramSource } from "./datagram-source.ts";
import { freeMessage } from "./free-message.ts";
import { type IpEndpoint, endpointOf, isIpv4Endpoint } from "./ip-endpoint.ts";
import { SendSlots } from "./send-slots.ts";
import {
  countWireError,
  newWireCounters,
  SEND_OCTETS_MAX,
  type SendOutcome,
  WIRE_BUFFER_OCTETS,
  WIRE_HEADROOM_OCTETS,
  type WireCounters,
  type WireSocket,
  type WireSocketOptions,
} from "./wire-socket.ts";

/** Datagrams being sent at once: libuv reports a turn's sends only after it, and a bundle may be 51 datagrams. */
const SLOTS = 256;
const SLOT_OCTETS = 16_384;
const DATAGRAM_OCTETS = 65_536;

/** Opens a {@link WireSocket} on `node:dgram`. Rejects with the error of bind(2). */
export async function openPortableWireSocket(options: WireSocketOptions): Promise<WireSocket> {
  const { local } = options;
  const isIpv4 = isIpv4Endpoint(local);
  const socket = createSocket({
    type: isIpv4 ? "udp4" : "udp6",
    ipv6Only: false,
    reuseAddr: false,
    recvBufferSize: WIRE_BUFFER_OCTETS,
    // Every host is a literal: answering at once keeps sends in order and free of the resolver's threads.
    lookup: (host, _options, done) => done(null, host, isIpv4 ? 4 : 6),
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", (error) => {
      socket.close();
      reject(error);
    });
    socket.bind({ port: local.port, address: local.host, exclusive: true }, resolve);
  });
  socket.removeAllListeners("error");
  return new PortableWireSocket(socket, isIpv4);
}

class PortableWireSocket implements WireSocket {
  readonly usesFfi = false;
  readonly usesSegmentation = false;
  readonly canPause = false;
  readonly local: IpEndpoint;
  readonly receiveBufferOctets: number;
  readonly source: DatagramSource = new DatagramSource();
  readonly counters: WireCounters = newWireCounters();
  onDatagram: (octets: Uint8Array, offset: number, end: number) => number = (_octets, _offset, end) => end;
  onBurstEnd: () => void = () => {};
  onError: (code: string) => void = () => {};
  onPathError: (code: string, to: IpEndpoint) => void = () => {};
  readonly #socket: Socket;
  readonly #isIpv4: boolean;
  readonly #received = new Uint8Array(WIRE_HEADROOM_OCTETS + DATAGRAM_OCTETS);
  readonly #gathered = new Uint8Array(SEND_OCTETS_MAX);
  #length = 0;
  readonly #slots = new SendSlots(SLOTS, SLOT_OCTETS, (error) => this.#handleSent(error));
  #closed = false;

  constructor(socket: Socket, isIpv4: boolean) {
    this.#socket = socket;
    this.#isIpv4 = isIpv4;
    const { address, port } = socket.address();
    const local = endpointOf(address, port);
    if (local === undefined)
      throw new Error(`the system says that the socket is bound to "${address}", which is no address`);
    this.local = local;
    this.receiveBufferOctets = socket.getRecvBufferSize();
    socket.on("message", (message, remote) => this.#handleMessage(message, remote));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (!this.#closed) this.onError(error.code ?? error.message);
    });
  }

  resume(): void {}

  gather(octets: Uint8Array, offset: number, length: number): void {
    this.#gathered.set(octets.subarray(offset, offset + length), this.#length);
    this.#length += length;
  }

  send(to: IpEndpoint, datagramOctets: number): SendOutcome {
    const length = this.#length;
    this.#length = 0;
    const host = isIpv4Endpoint(to) && !this.#isIpv4 ? `::ffff:${to.host}` : to.host;
    for (let at = 0; at < length; at += datagramOctets) {
      const outcome = this.#sendOne(at, Math.min(length, at + datagramOctets), to.port, host);
      countWireError(this.counters, outcome);
      if (outcome !== "sent") return outcome;
    }
    return "sent";
  }

  pathMtu(): undefined {
    return undefined;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  #sendOne(start: number, end: number, port: number, host: string): SendOutcome {
    if (this.#closed) return "failed";
    if (end - start > SLOT_OCTETS) return "too-long";
    const slot = this.#slots.take();
    if (slot === undefined) return "no-buffer";
    slot.octets.set(this.#gathered.subarray(start, end));
    this.counters.sends += 1;
    this.counters.sentOctets += end - start;
    this.#socket.send(slot.octets, 0, end - start, port, host, slot.done);
    return "sent";
  }

  #handleSent(error: NodeJS.ErrnoException | null): void {
    if (error === null || this.#closed) return;
    if (error.code === "EMSGSIZE") this.counters.sendTooLong += 1;
    else if (error.code === "EAGAIN" || error.code === "ENOBUFS") this.counters.sendNoBuffer += 1;
    else this.counters.sendFailed += 1;
  }

  #handleMessage(message: Uint8Array, remote: RemoteInfo): void {
    if (this.#closed) return;
    this.source.setHost(remote.address, remote.port);
    const { length } = message;
    this.#received.set(message, WIRE_HEADROOM_OCTETS);
    freeMessage(message);
    this.counters.receives += 1;
    this.counters.receivedOctets += length;
    this.onDatagram(this.#received, WIRE_HEADROOM_OCTETS, WIRE_HEADROOM_OCTETS + length);
    this.onBurstEnd();
  }
}
