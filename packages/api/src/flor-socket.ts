/**
 * A connection through the overlay with the surface of `net.Socket`. The node holds its other side as a
 * {@link LocalSocket}, as it holds a TCP connection: what the program writes is what "arrived" there.
 */
import { Duplex } from "node:stream";
import type { LocalSocket, LocalSocketListener } from "@flor/flows";
import type { ConnectOptions } from "./connect-options.ts";
import { pipeError, socketError } from "./socket-error.ts";

/** Octets that may wait in either direction before the other side is told to stop, as with `net.Socket`. */
const HIGH_WATER_MARK = 65_536;

/** Where a socket leads. */
export interface FlorAddress {
  readonly address: string;
  readonly family: "IPv4" | "IPv6" | "flor";
  readonly port: number;
}

/** How a socket behaves. */
export interface FlorSocketOptions {
  /** When the other side ends, this one does not end by itself. @default false */
  readonly allowHalfOpen?: boolean;
  /** Already connected: a socket that a server accepted. @default false */
  readonly isConnected?: boolean;
  /** For the node: what `connect` does, once. @default it is being connected already */
  readonly open?: (socket: FlorSocket, options: ConnectOptions) => void;
}

/** `net.Socket` over flor. It is not an instance of `net.Socket`: there is no kernel socket behind it. */
export class FlorSocket extends Duplex {
  /** The node's side. */
  readonly local: LocalSocket;
  connecting: boolean;
  bytesRead = 0;
  /** Milliseconds of silence after which "timeout" is emitted; 0 or undefined: never. */
  timeout: number | undefined;
  #listener: LocalSocketListener | undefined;
  #remote: FlorAddress | undefined;
  #localAddress: FlorAddress | undefined;
  #written = 0;
  /** The node takes nothing for now. */
  #isPaused = false;
  /** What `_write` or `_final` waits with. */
  #waiting: (() => void) | undefined;
  /** The node waits for `handleDrain`. */
  #isFull = false;
  #isEnded = false;
  #isEndedByPeer = false;
  #isOver = false;
  #timer: NodeJS.Timeout | undefined;
  #open: FlorSocketOptions["open"];

  constructor({ allowHalfOpen = false, isConnected = false, open }: FlorSocketOptions = {}) {
    super({
      allowHalfOpen,
      // As `net.Socket` does: "close" says whether there was an error.
      emitClose: false,
      readableHighWaterMark: HIGH_WATER_MARK,
      writableHighWaterMark: HIGH_WATER_MARK,
    });
    this.#open = open;
    this.connecting = !isConnected && open === undefined;
    this.local = this.#nodeSide();
  }

  /** Not connected yet. */
  get pending(): boolean {
    return this.connecting || this.#open !== undefined;
  }

  /**
   * Connects a socket of `node.socket()`, once.
   *
   * @param callback hears "connect"
   * @throws RangeError for an invalid port or host; Error `EISCONN` when it was called before, `ERR_FLOR_CLOSED`
   *   when the node is closed
   */
  connect(options: ConnectOptions, callback?: () => void): this;
  connect(port: number, host: string, callback?: () => void): this;
  connect(first: ConnectOptions | number, second?: string | (() => void), third?: () => void): this {
    const host = typeof second === "string" ? second : "127.0.0.1";
    const options = typeof first === "object" ? first : { port: first, host };
    const callback = typeof second === "function" ? second : third;
    const open = this.#open;
    if (open === undefined) throw socketError("connect", "EISCONN", `${options.host}:${options.port}`);
    open(this, options);
    this.#open = undefined;
    if (callback !== undefined) this.once("connect", callback);
    return this;
  }

  get readyState(): "opening" | "open" | "readOnly" | "writeOnly" | "closed" {
    if (this.connecting) return "opening";
    if (this.readable && this.writable) return "open";
    if (this.readable) return "readOnly";
    return this.writable ? "writeOnly" : "closed";
  }

  /** Octets given to `write`, including those that still wait. */
  get bytesWritten(): number {
    return this.#written + this.writableLength;
  }

  get bufferSize(): number {
    return this.writableLength;
  }

  get remoteAddress(): string | undefined {
    return this.#remote?.address;
  }

  get remotePort(): number | undefined {
    return this.#remote?.port;
  }

  get remoteFamily(): string | undefined {
    return this.#remote?.family;
  }

  get localAddress(): string | undefined {
    return this.#localAddress?.address;
  }

  get localPort(): number | undefined {
    return this.#localAddress?.port;
  }

  get localFamily(): string | undefined {
    return this.#localAddress?.family;
  }

  /** This side's address, or an empty object while there is none. */
  address(): FlorAddress | Record<string, never> {
    return this.#localAddress ?? {};
  }

  /** Emits "timeout" after `ms` without octets in either direction; 0: never. */
  setTimeout(ms: number, callback?: () => void): this {
    clearTimeout(this.#timer);
    this.timeout = ms;
    if (callback !== undefined && ms > 0) this.once("timeout", callback);
    if (callback !== undefined && ms === 0) this.removeListener("timeout", callback);
    this.#touch();
    return this;
  }

  /** A stream has no Nagle algorithm: does nothing. */
  setNoDelay(_noDelay?: boolean): this {
    return this;
  }

  /** The session of the nodes is kept alive for all streams: does nothing. */
  setKeepAlive(_enable?: boolean, _initialDelay?: number): this {
    return this;
  }

  /** Does nothing: sockets belong to the node, which keeps the process alive. */
  ref(): this {
    return this;
  }

  /** Does nothing, as {@link FlorSocket.ref}. */
  unref(): this {
    return this;
  }

  /** Ends the sending direction, and destroys the socket when everything is written. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", () => this.destroy());
  }

  /** Tears the connection down with RST at the far side. */
  resetAndDestroy(): this {
    this.#abort();
    return this.destroy();
  }

  /** For the node: the far side answered. */
  connected(local: FlorAddress | undefined, remote: FlorAddress | undefined): void {
    this.#localAddress = local;
    this.#remote = remote;
    if (!this.connecting || this.destroyed) return;
    this.connecting = false;
    this.emit("connect");
    this.emit("ready");
    this.#goOn();
  }

  override write(chunk: unknown, ...rest: unknown[]): boolean {
    const isOver = this.#isEndedByPeer && !this.allowHalfOpen && this.writableEnded;
    if (!isOver) return super.write(chunk, ...(rest as []));
    const callback = rest.find((one) => typeof one === "function") as ((error: Error) => void) | undefined;
    const error = pipeError();
    if (callback !== undefined) process.nextTick(callback, error);
    this.destroy(error);
    return false;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.#touch();
    this.#whenTaken(() => {
      this.#written += chunk.length;
      // A plain array: the core takes the `slice` of a Buffer for a copy.
      this.#listener?.handleOctets(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
      this.#whenTaken(callback);
    });
  }

  override _final(callback: () => void): void {
    this.#whenTaken(() => {
      this.#end();
      callback();
    });
  }

  override _read(): void {
    if (!this.#isFull) return;
    this.#isFull = false;
    this.#listener?.handleDrain();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    // As the kernel closes a socket: RST when something is lost by it, else FIN, and RST to what still comes.
    if (this.#waiting !== undefined || this.readableLength > 0) this.#abort();
    else if (!this.#isEnded) this.#end();
    this.connecting = false;
    callback(error);
    process.nextTick(() => this.emit("close", error !== null));
  }

  #end(): void {
    if (this.#isOver || this.#isEnded) return;
    this.#isEnded = true;
    this.#listener?.handleEnd();
  }

  /** Tells the node that this side is gone. */
  #abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting = undefined;
    this.#listener?.handleReset("ECONNRESET");
  }

  /** Calls `next` when the node takes octets: at once, or when it resumes. */
  #whenTaken(next: () => void): void {
    if (this.#listener === undefined || this.#isPaused) this.#waiting = next;
    else next();
  }

  #goOn(): void {
    const waiting = this.#waiting;
    if (waiting === undefined || this.#listener === undefined || this.#isPaused) return;
    this.#waiting = undefined;
    waiting();
  }

  #touch(): void {
    clearTimeout(this.#timer);
    if (this.timeout === undefined || this.timeout <= 0 || this.destroyed) return;
    this.#timer = setTimeout(() => this.emit("timeout"), this.timeout);
    this.#timer.unref();
  }

  #nodeSide(): LocalSocket {
    return {
      listen: (listener) => {
        this.#listener = listener;
        // The program gave up before the node listened.
        if (this.destroyed) return listener.handleReset("ECONNRESET");
        this.#goOn();
      },
      write: (octets) => this.#receive(octets),
      end: () => this.#receiveEnd(),
      reset: () => this.#receiveReset(),
      pause: () => {
        this.#isPaused = true;
      },
      resume: () => {
        this.#isPaused = false;
        this.#goOn();
      },
    };
  }

  #receive(octets: Uint8Array): number {
    if (this.#isOver || this.#isEndedByPeer || octets.length === 0) return 0;
    if (this.destroyed) {
      this.#abort();
      return 0;
    }
    this.#touch();
    this.bytesRead += octets.length;
    if (this.push(Buffer.from(octets))) return 0;
    this.#isFull = true;
    return this.readableLength;
  }

  #receiveEnd(): void {
    if (this.#isOver || this.#isEndedByPeer) return;
    this.#isEndedByPeer = true;
    this.push(null);
    // Without a reader nobody would learn of the end: as `net.Socket`, which reads it out of the kernel's hands.
    if (this.readableLength === 0) this.read(0);
  }

  #receiveReset(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#waiting = undefined;
    this.destroy(socketError("read", "ECONNRESET"));
  }
}
