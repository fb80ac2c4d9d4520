/** The loopback socket of every platform: `node:dgram`, which holds what it sends, hence the copies. */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { countSendError, newDatagramCounters } from "./datagram-counters.ts";
import { type DatagramCounters, type DatagramSocket, LOOPBACK_BUFFER_OCTETS } from "./datagram-socket.ts";
import { freeMessage } from "./free-message.ts";
import { SendSlots } from "./send-slots.ts";

const HOST = "127.0.0.1";
/** Datagrams being sent at once: a turn may send its whole window before libuv reports the first. */
const SLOTS = 64;
const DATAGRAM_OCTETS = 65_536;

/** Opens a {@link DatagramSocket} on `node:dgram`. Rejects when 127.0.0.1 cannot be bound. */
export async function openPortableLoopbackSocket(
  receiveBufferOctets: number = LOOPBACK_BUFFER_OCTETS,
): Promise<DatagramSocket> {
  // The lookup answers at once, which makes connect() take effect before it returns.
  const socket = createSocket({
    type: "udp4",
    reuseAddr: false,
    lookup: (_host, _options, done) => done(null, HOST, 4),
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ port: 0, address: HOST, exclusive: true }, () => {
      socket.off("error", reject);
      resolve();
    });
  });
  askForBuffers(socket, receiveBufferOctets);
  return new PortableLoopbackSocket(socket);
}

class PortableLoopbackSocket implements DatagramSocket {
  readonly usesFfi = false;
  readonly localPort: number;
  readonly receiveBufferOctets: number;
  readonly counters: DatagramCounters = newDatagramCounters();
  sourcePort = 0;
  onReceive: (octets: Uint8Array, length: number) => void = () => {};
  onBurstEnd: () => void = () => {};
  onError: (code: string) => void = () => {};
  readonly #socket: Socket;
  readonly #received = new Uint8Array(DATAGRAM_OCTETS);
  readonly #slots = new SendSlots(SLOTS, DATAGRAM_OCTETS, (error) => this.#handleSent(error));
  #closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.localPort = socket.address().port;
    this.receiveBufferOctets = socket.getRecvBufferSize();
    socket.on("message", (message, remote) => this.#handleMessage(message, remote));
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (!this.#closed) this.onError(error.code ?? error.message);
    });
  }

  connect(port: number): void {
    if (!this.#closed) this.#socket.connect(port, HOST);
  }

  send(octets: Uint8Array, offset: number, length: number): void {
    const slot = this.#take(octets, offset, length);
    if (slot !== undefined) this.#socket.send(slot.octets, 0, length, slot.done);
  }

  queue(octets: Uint8Array, offset: number, length: number): void {
    this.send(octets, offset, length);
  }

  flush(): void {}

  sendTo(octets: Uint8Array, offset: number, length: number, port: number): void {
    const slot = this.#take(octets, offset, length);
    if (slot !== undefined) this.#socket.send(slot.octets, 0, length, port, HOST, slot.done);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
  }

  #take(octets: Uint8Array, offset: number, length: number): ReturnType<SendSlots["take"]> {
    if (this.#closed) return undefined;
    if (length > DATAGRAM_OCTETS) {
      this.counters.sendTooLong += 1;
      return undefined;
    }
    const slot = this.#slots.take();
    if (slot === undefined) {
      this.counters.sendNoBuffer += 1;
      return undefined;
    }
    slot.octets.set(octets.subarray(offset, offset + length));
    this.counters.sentDatagrams += 1;
    this.counters.sentOctets += length;
    return slot;
  }

  #handleSent(error: NodeJS.ErrnoException | null): void {
    if (error === null || this.#closed) return;
    countSendError(this.counters, error.code ?? "");
    this.counters.sentDatagrams -= 1;
    if (error.code === "ECONNREFUSED") this.onError(error.code);
  }

  #handleMessage(message: Uint8Array, remote: RemoteInfo): void {
    if (this.#closed) return;
    this.sourcePort = remote.port;
    const { length } = message;
    this.#received.set(message);
    freeMessage(message);
    this.counters.receivedDatagrams += 1;
    this.counters.receivedOctets += length;
    this.onReceive(this.#received, length);
    this.onBurstEnd();
  }
}

function askForBuffers(socket: Socket, octets: number): void {
  try {
    socket.setRecvBufferSize(octets);
    socket.setSendBufferSize(octets);
  } catch {
    // Some systems refuse more than their limit instead of granting the limit: the default serves, and is reported.
  }
}
