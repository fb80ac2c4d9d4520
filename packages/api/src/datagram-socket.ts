/**
 * A UDP socket through the overlay, with the surface of `dgram.Socket`. Nothing of this machine is bound: what comes back comes
 * to the socket that the far node opened for it.
 */
import { EventEmitter } from "node:events";
import { isIP } from "node:net";
import { type Destination, encodeRemote, formatIpAddress, remoteOf } from "@flor/wire";
import { codeOfCause } from "./cause-code.ts";
import { destinationOf } from "./connect-options.ts";
import { socketError } from "./socket-error.ts";

/** Octets of a UDP payload at most, over IPv4. */
const PAYLOAD_MAX = 65_507;

/** Where a datagram came from, as `dgram` tells it. */
export interface DatagramRemote {
  readonly address: string;
  readonly family: "IPv4" | "IPv6";
  readonly port: number;
  /** Octets of the payload. */
  readonly size: number;
}

/** Events of {@link FlorDatagramSocket}. */
export interface DatagramSocketEvents {
  message: [message: Buffer, remote: DatagramRemote];
  listening: [];
  connect: [];
  close: [];
  /** Datagrams to somewhere do not arrive: `code` as of a socket, `address` and `port` where they were to go. */
  error: [error: Error];
}

/** The node's side of a socket. */
export interface HeldDatagrams {
  send(octets: Uint8Array, start: number, payload: number, end: number): void;
  close(): void;
}

/** What the node tells a socket. */
export interface DatagramSocketReceiver {
  handleDatagram(octets: Uint8Array, start: number, payload: number, end: number): void;
  handleReport(cause: number, remote: Destination | undefined): void;
  handleDropped(reason: string): void;
}

type SendCallback = (error: Error | null, octets: number) => void;
type Message = string | Uint8Array | readonly (string | Uint8Array)[];

/** How a socket is made. */
export interface DatagramSocketOptions {
  /** As in `dgram`: both reach IPv4 and IPv6 here, as far as the far node does. @default "udp4" */
  readonly type?: "udp4" | "udp6" | "udp";
  /** The user to send as: matched against `user` of the routes, and not revealed to other nodes. */
  readonly user?: string;
  /** Closes the socket. */
  readonly signal?: AbortSignal;
}

/** `dgram.Socket` over flor. It is not an instance of `dgram.Socket`. */
export class FlorDatagramSocket extends EventEmitter<DatagramSocketEvents> implements AsyncDisposable {
  readonly #held: HeldDatagrams;
  #remote: Destination | undefined;
  #isListening = false;
  #isClosed = false;

  /** @param open joins the socket to its node */
  constructor(open: (receiver: DatagramSocketReceiver) => HeldDatagrams) {
    super();
    this.#held = open({
      handleDatagram: (octets, start, payload, end) => this.#receive(octets, start, payload, end),
      handleReport: (cause, remote) => this.#fail(cause, remote),
      // UDP may lose: the node counts it.
      handleDropped: () => {},
    });
  }

  /**
   * Sends a datagram: `send(message[, offset, length][, port][, host][, callback])`, as `dgram` has it. A name is resolved where
   * the datagram leaves the overlay. The callback is called when the node has the datagram.
   *
   * @throws TypeError or RangeError for what cannot be sent; Error `ERR_SOCKET_DGRAM_NOT_RUNNING` on a closed socket
   */
  send(message: Message, ...args: readonly (number | string | SendCallback | null | undefined)[]): void {
    if (this.#isClosed) throw notRunning();
    const callback = args.find((arg) => typeof arg === "function");
    const rest = args.filter((arg) => typeof arg !== "function" && arg !== null && arg !== undefined);
    const whole = octetsOf(message);
    const isSliced = typeof rest[1] === "number";
    const [offset, length] = isSliced ? [Number(rest[0]), Number(rest[1])] : [0, whole.length];
    if (offset < 0 || length < 0 || offset + length > whole.length)
      throw Object.assign(new RangeError("offset and length reach beyond the message"), { code: "ERR_OUT_OF_RANGE" });
    const destination = this.#destinationOf(isSliced ? rest.slice(2) : rest);
    if (length > PAYLOAD_MAX) {
      const error = socketError("send", "EMSGSIZE", `${length} octets`);
      if (callback === undefined) throw error;
      return queueMicrotask(() => callback(error, 0));
    }
    this.bind();
    const remote = encodeRemote(destination);
    const octets = new Uint8Array(remote.length + length);
    octets.set(remote);
    octets.set(whole.subarray(offset, offset + length), remote.length);
    this.#held.send(octets, 0, remote.length, octets.length);
    if (callback !== undefined) queueMicrotask(() => callback(null, length));
  }

  /** Nothing is bound: tells "listening", once. Arguments are those of `dgram`, and without effect. */
  bind(...args: readonly unknown[]): this {
    if (this.#isClosed) throw notRunning();
    const callback = args.find((arg) => typeof arg === "function") as (() => void) | undefined;
    if (callback !== undefined) this.once("listening", callback);
    if (this.#isListening) return this;
    this.#isListening = true;
    queueMicrotask(() => this.emit("listening"));
    return this;
  }

  /** From now on sends there by default, and receives only from there. @throws as `send` */
  connect(port: number, host: string | (() => void) = "127.0.0.1", callback?: () => void): void {
    if (this.#remote !== undefined) throw connectionState("ERR_SOCKET_DGRAM_IS_CONNECTED", "the socket is connected");
    const name = typeof host === "string" ? host : "127.0.0.1";
    const then = typeof host === "function" ? host : callback;
    this.#remote = destinationOf({ host: name, port });
    if (then !== undefined) this.once("connect", then);
    this.bind();
    queueMicrotask(() => this.emit("connect"));
  }

  /** Undoes `connect`. */
  disconnect(): void {
    if (this.#remote === undefined)
      throw connectionState("ERR_SOCKET_DGRAM_NOT_CONNECTED", "the socket is not connected");
    this.#remote = undefined;
  }

  /** Where it is connected to. */
  remoteAddress(): { readonly address: string; readonly family: string; readonly port: number } {
    if (this.#remote === undefined)
      throw connectionState("ERR_SOCKET_DGRAM_NOT_CONNECTED", "the socket is not connected");
    const { target, port } = this.#remote;
    const address = target.kind === "domain" ? target.name : formatIpAddress(target.address);
    return { address, family: isIP(address) === 6 ? "IPv6" : "IPv4", port };
  }

  /** Nothing is bound here: the unspecified address. */
  address(): { readonly address: string; readonly family: "IPv4"; readonly port: number } {
    return { address: "0.0.0.0", family: "IPv4", port: 0 };
  }

  /** Sends and receives nothing more; datagrams already sent are still delivered. */
  close(callback?: () => void): this {
    if (this.#isClosed) throw notRunning();
    if (callback !== undefined) this.once("close", callback);
    this.#isClosed = true;
    this.#held.close();
    queueMicrotask(() => this.emit("close"));
    return this;
  }

  /** Does nothing: sockets belong to the node, which keeps the process alive. */
  ref(): this {
    return this;
  }

  /** Does nothing, as {@link FlorDatagramSocket.ref}. */
  unref(): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed) this.close();
  }

  #destinationOf(rest: readonly (number | string | SendCallback | null | undefined)[]): Destination {
    const [port, host = "127.0.0.1"] = rest;
    if (this.#remote !== undefined) {
      if (port === undefined) return this.#remote;
      throw connectionState("ERR_SOCKET_DGRAM_IS_CONNECTED", "the socket is connected: send without an address");
    }
    return destinationOf({ host: String(host), port: Number(port) });
  }

  #receive(octets: Uint8Array, start: number, payload: number, end: number): void {
    if (this.#isClosed) return;
    const source = remoteOf(octets, start, payload);
    if (source === undefined || source.target.kind === "domain" || !this.#isHeard(source)) return;
    const address = formatIpAddress(source.target.address);
    const message = Buffer.from(octets.slice(payload, end).buffer);
    const family = source.target.address.length === 4 ? "IPv4" : "IPv6";
    this.emit("message", message, { address, family, port: source.port, size: message.length });
  }

  /** A name's address is the far node's to know. */
  #isHeard({ target, port }: Destination): boolean {
    const remote = this.#remote;
    if (remote === undefined) return true;
    if (remote.port !== port) return false;
    if (remote.target.kind === "domain" || target.kind === "domain") return true;
    return Buffer.compare(remote.target.address, target.address) === 0;
  }

  #fail(cause: number, remote: Destination | undefined): void {
    if (this.#isClosed || this.listenerCount("error") === 0) return;
    const { target, port } = remote ?? { target: undefined, port: 0 };
    const address = target?.kind === "domain" ? target.name : target && formatIpAddress(target.address);
    const error = socketError("send", codeOfCause(cause), `${address ?? "there"}:${port}`);
    this.emit("error", Object.assign(error, { address, port }));
  }
}

function octetsOf(message: Message): Uint8Array {
  if (typeof message === "string") return Buffer.from(message);
  if (message instanceof Uint8Array) return message;
  if (Array.isArray(message)) return Buffer.concat(message.map((part) => octetsOf(part as string | Uint8Array)));
  throw Object.assign(new TypeError("message must be a string, octets, or a list of them"), {
    code: "ERR_INVALID_ARG_TYPE",
  });
}

function notRunning(): Error {
  return connectionState("ERR_SOCKET_DGRAM_NOT_RUNNING", "the socket is closed");
}

function connectionState(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}
