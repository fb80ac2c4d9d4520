/**
 * TCP connections as {@link LocalSocket}s over node:net.
 */
import { type ServerOpts, Socket } from "node:net";
import type { LocalSocket, LocalSocketListener } from "@flor/session";
import { WriteBuffers } from "./write-buffers.ts";
import { freeMessage } from "./free-message.ts";

/** Idle time before TCP asks whether the other side is still there; ten unanswered probes, one a second, end it. */
const KEEP_ALIVE_AFTER_MS = 60_000;

/** One for all dialled sockets: what is read is used up before the next read. 2.3 × cheaper an octet than `data`. */
const READ_BUFFER_OCTETS = 256 * 1024;
const readBuffer = new Uint8Array(READ_BUFFER_OCTETS);
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
export class TcpStream implements LocalSocket {
  readonly #socket: Socket;
  #listener: LocalSocketListener | undefined;
  #paused = false;
  #blocked = false;
  /** Nothing more is reported. */
  #silent = false;
  #failure: string | undefined;

  /** @param socket made with {@link TCP_OPTIONS}, paused */
  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("end", () => this.#report()?.handleEnd());
    socket.on("drain", () => this.#drained());
    socket.on("error", (error: NodeJS.ErrnoException) => this.#fail(error.code ?? error.message));
  }

  /** Octets from a socket that reads by `data` events. */
  receiveByEvents(): this {
    this.#socket.on("data", (octets: Buffer) => {
      this.handleRead(octets);
      freeMessage(octets);
    });
    // A `data` listener sets a socket flowing unless it was paused expressly.
    if (this.#listener === undefined) this.#socket.pause();
    return this;
  }

  /** Octets from the socket; borrowed. */
  handleRead(octets: Uint8Array): void {
    // A plain array: the `slice` of a Buffer shares memory, and the core takes it for a copy.
    this.#report()?.handleOctets(new Uint8Array(octets.buffer, octets.byteOffset, octets.length));
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
    const copy = writeBuffers.copy(octets);
    socket.write(copy);
    const buffered = socket.writableLength;
    if (buffered > 0) {
      writeBuffers.keep(copy);
      this.#blocked = true;
    }
    return buffered;
  }

  end(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#silent = true;
    resetSocket(this.#socket);
  }

  pause(): void {
    this.#paused = true;
    this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#listener !== undefined) this.#socket.resume();
  }

  #report(): LocalSocketListener | undefined {
    return this.#silent ? undefined : this.#listener;
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

/**
 * Closes a socket with RST. While a FIN is under way libuv refuses that (EINVAL), and Node 26 then leaks the descriptor
 * and never tells `close`: so the FIN goes first, which takes one turn.
 */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  const isFinUnderWay = socket.writableEnded && !socket.writableFinished && socket.writableLength === 0;
  if (isFinUnderWay) socket.once("finish", () => resetSocket(socket));
  else socket.resetAndDestroy();
}

/**
 * A socket not yet connected, and the stream that it becomes. It reads into one buffer that all share; what it reads
 * is handed on at once.
 */
export function createDialledSocket(): { readonly socket: Socket; readonly stream: TcpStream } {
  const holder: { stream?: TcpStream } = {};
  const socket = new Socket({
    ...TCP_OPTIONS,
    onread: {
      buffer: readBuffer,
      callback: (length, buffer) => {
        holder.stream?.handleRead(buffer.subarray(0, length));
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
