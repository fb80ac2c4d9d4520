/**
 * TCP connections as {@link LocalSocket}s over node:net.
 */
import { type ServerOpts, Socket } from "node:net";
import { getSystemErrorName } from "node:util";
import type { LocalSocket, LocalSocketListener } from "@flor/flows";
import type { OctetSource, Pieces } from "@flor/machine";
import { WriteBuffers } from "./write-buffers.ts";
import { freeMessage } from "./free-message.ts";
import {
  canReadPieces,
  readOut,
  readPieces,
  resetWhenDelivered,
  wasReset,
  writeNow,
  writePiecesNow,
} from "./tcp-ending.ts";

/** Idle time before TCP asks whether the other side is still there; ten unanswered probes, one a second, end it. */
const KEEP_ALIVE_AFTER_MS = 60_000;

/**
 * One for all dialled sockets: what is read is used up before the next read. 2.3 × cheaper an octet than `data`. Short
 * where what waits behind it can be read to where it is sent from, without the copy out of here.
 */
const READ_BUFFER_OCTETS = 256 * 1024;
const FIRST_READ_OCTETS = 16_384;
const readBuffer = new Uint8Array(READ_BUFFER_OCTETS);
const firstReadBuffer = readBuffer.subarray(0, FIRST_READ_OCTETS);
/** What node:net reads at most at once for `data`. */
const EVENT_OCTETS = 65_536;
const writeBuffers = new WriteBuffers();

/**
 * What `Server` and `Socket` must be made with for a {@link TcpStream}. A high-water mark of one octet makes `drain`
 * tell that the kernel has everything, and keeps one chunk at most of what is read while paused.
 */
export const TCP_OPTIONS: ServerOpts = {
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
  highWaterMark: 1,
};

/** A connected socket. It reads nothing before `listen`, and no event of it is ever unhandled. */
export class TcpStream implements LocalSocket, OctetSource {
  readonly #socket: Socket;
  #listener: LocalSocketListener | undefined;
  #paused = false;
  #blocked = false;
  /** Nothing more is reported. */
  #silent = false;
  #failure: string | undefined;
  /** What the last read by `readInto` failed with, below zero; 0: it did not. */
  #readError = 0;

  /** @param socket made with {@link TCP_OPTIONS}, paused */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("end", () => this.#ended());
    socket.on("drain", () => this.#drained());
    passOnBeforeError(socket, () => this.#readOut());
    socket.on("error", (error: NodeJS.ErrnoException) => this.#fail(error.code ?? error.message));
  }

  get local(): { readonly address: string; readonly port: number } | undefined {
    const { localAddress: address, localPort: port } = this.#socket;
    return address === undefined || port === undefined ? undefined : { address, port };
  }

  get remote(): { readonly address: string; readonly port: number } | undefined {
    const { remoteAddress: address, remotePort: port } = this.#socket;
    return address === undefined || port === undefined ? undefined : { address, port };
  }

  /** Passes on what has arrived before a write failed. */
  #readOut(): void {
    if (this.#report() === undefined) return;
    const held = this.#socket.read() as Buffer | null;
    if (held !== null) this.handleRead(held);
    readOut(this.#socket, (octets) => this.handleRead(octets));
  }

  /** Octets from a socket that reads by `data` events. */
  receiveByEvents(): this {
    this.#socket.on("data", (octets: Buffer) => {
      const isFull = octets.length === EVENT_OCTETS;
      this.handleRead(octets);
      freeMessage(octets);
      if (isFull) this.readOn();
    });
    // A `data` listener sets a socket flowing unless it was paused expressly.
    if (this.#listener === undefined) this.#socket.pause();
    return this;
  }

  /** Calls back once when the connection is gone, now if it is already. */
  whenClosed(callback: () => void): void {
    if (this.#socket.destroyed) callback();
    else this.#socket.once("close", callback);
  }

  /** Resets the connection for a reason of the host's; the listener is told as of a reset by the other side. */
  expel(): void {
    const listener = this.#report();
    this.reset();
    listener?.handleReset("ECONNABORTED");
  }

  /** Octets from the socket; borrowed. */
  handleRead(octets: Uint8Array): void {
    // A plain array: the `slice` of a Buffer shares memory, and the core takes it for a copy.
    this.#report()?.handleOctets(new Uint8Array(octets.buffer, octets.byteOffset, octets.length));
  }

  /** A read was full: more may wait, and the listener has a place for it. */
  readOn(): void {
    const listener = this.#report();
    if (this.#paused || this.#socket.readableLength > 0) return;
    listener?.handleWaiting?.(this);
    if (this.#readError !== 0) this.#fail(getSystemErrorName(this.#readError));
  }

  readInto(pieces: Pieces): number {
    const read = readPieces(this.#socket, pieces);
    this.#readError = Math.min(0, read);
    return Math.max(0, read);
  }

  listen(listener: LocalSocketListener): void {
    const isFirst = this.#listener === undefined;
    this.#listener = listener;
    if (this.#failure !== undefined) this.#reportFailure();
    else if (isFirst && !this.#paused) this.#socket.resume();
  }

  write(octets: Uint8Array): number {
    const socket = this.#socket;
    if (this.#silent || octets.length === 0 || !socket.writable) return socket.writableLength;
    const sent = socket.writableLength === 0 ? writeNow(socket, octets) : 0;
    if (sent === octets.length) return 0;
    return this.#writeLater(sent === 0 ? octets : octets.subarray(sent));
  }

  writePieces(pieces: Pieces): number {
    const socket = this.#socket;
    if (this.#silent || pieces.count === 0 || !socket.writable) return socket.writableLength;
    const sent = socket.writableLength === 0 ? writePiecesNow(socket, pieces) : 0;
    // The rest stays where it is: node:net, which tells when more can be written, gets what is left of one piece.
    return sent === pieces.octets ? 0 : this.#writeLater(pieces.cutBehind(sent));
  }

  end(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#silent = true;
    resetWhenDelivered(this.#socket);
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#listener !== undefined) this.#socket.resume();
  }

  /** Gives node:net a copy; returns the octets that it holds. */
  #writeLater(octets: Uint8Array): number {
    const socket = this.#socket;
    const copy = writeBuffers.copy(octets);
    socket.write(copy);
    const buffered = socket.writableLength;
    if (buffered > 0) {
      writeBuffers.keep(copy);
      this.#blocked = true;
    }
    return buffered;
  }

  #report(): LocalSocketListener | undefined {
    return this.#silent ? undefined : this.#listener;
  }

  #ended(): void {
    if (wasReset(this.#socket)) this.#fail("ECONNRESET");
    else this.#report()?.handleEnd();
  }

  #drained(): void {
    if (!this.#blocked) return;
    this.#blocked = false;
    this.#report()?.handleDrain();
  }

  #fail(code: string): void {
    if (this.#silent || this.#failure !== undefined) return;
    this.#failure = code;
    if (this.#listener !== undefined) this.#reportFailure();
  }

  #reportFailure(): void {
    const listener = this.#report();
    this.#silent = true;
    listener?.handleReset(this.#failure ?? "ECONNRESET");
  }
}

/** Has `passOn` called before the socket is destroyed with an error: node:net closes it without reading on. */
function passOnBeforeError(socket: Socket, passOn: () => void): void {
  const destroy = socket._destroy.bind(socket);
  socket._destroy = (error, callback) => {
    if (error !== null) passOn();
    destroy(error, callback);
  };
}

/**
 * A socket not yet connected, and the stream that it becomes. It reads into one buffer that all share; what it reads
 * is handed on at once.
 */
export function createDialledSocket(): { readonly socket: Socket; readonly stream: TcpStream } {
  const holder: { stream?: TcpStream } = {};
  const into = canReadPieces() ? firstReadBuffer : readBuffer;
  const socket = new Socket({
    ...TCP_OPTIONS,
    onread: {
      buffer: into,
      callback: (length, buffer) => {
        holder.stream?.handleRead(buffer.subarray(0, length));
        if (length === into.length) holder.stream?.readOn();
        return true;
      },
    },
  });
  // Before `connect`: what comes with the last packet of the handshake waits for `listen`.
  socket.pause();
  const stream = new TcpStream(socket);
  holder.stream = stream;
  return { socket, stream };
}
