/** A node in this process, as a program holds it. */
import { EventEmitter } from "node:events";
import type { Agent as HttpAgent } from "node:http";
import type { Agent as HttpsAgent } from "node:https";
import { addAbortSignal } from "node:stream";
import type { FoundService, NodeStatus } from "@flor/node";
import type { LocalSocket } from "@flor/flows";
import { Cause, type Destination, formatIpAddress } from "@flor/wire";
import {
  createDispatcher,
  createHttpAgent,
  createHttpsAgent,
  createUndiciConnector,
  type FetchDispatcher,
  type UndiciConnector,
} from "./agents.ts";
import { codeOfCause } from "./cause-code.ts";
import { type ConnectOptions, destinationOf } from "./connect-options.ts";
import {
  type DatagramSocketOptions,
  type DatagramSocketReceiver,
  FlorDatagramSocket,
  type HeldDatagrams,
} from "./datagram-socket.ts";
import { FlorServer, type FlorServerEvents, type ServiceClient, type ServiceOptions } from "./flor-server.ts";
import { type FlorAddress, FlorSocket, type FlorSocketOptions } from "./flor-socket.ts";
import { socketError } from "./socket-error.ts";

const NO_OCTETS = new Uint8Array(0);

/** A line of the node's log: what happened, in the words of ARCHITECTURE.md, and its circumstances. */
export interface FlorLogLine {
  readonly level: string;
  readonly time: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** Events of {@link Flor}. */
export interface FlorEvents {
  log: [line: FlorLogLine];
  close: [];
}

/** A `Request` of packages/flows, without the names of its causes: the library's types stand alone. */
interface OpenRequest {
  readonly network: "tcp";
  readonly destination: Destination;
  readonly user: string | undefined;
  readonly early: Uint8Array;
  readonly socket: LocalSocket;
  reply(cause: number, bound: { readonly address: Uint8Array; readonly port: number } | undefined): void;
}

/** A client of a service came: `accept` with its connection. */
export type ServeHandler = (client: ServiceClient, accept: (socket: LocalSocket) => void) => void;

/** What is needed of the node that runs. */
export interface HeldNode {
  request(request: OpenRequest): void;
  /** Publishes a service; `handle` takes its clients. */
  serve(service: string, options: ServiceOptions, handle: ServeHandler): { readonly name: string; close(): void };
  lookup(name: string): FoundService;
  /** Joins a UDP socket of this process to the node. @param user matched against routes */
  openDatagrams(receiver: DatagramSocketReceiver, user: string | undefined): HeldDatagrams;
  status(): NodeStatus;
  close(): Promise<void>;
}

/** A running node. Make one with `createNode`. */
export class Flor extends EventEmitter<FlorEvents> implements AsyncDisposable {
  /** For `http.request`; keeps connections alive. */
  readonly httpAgent: HttpAgent;
  /** For `https.request`: TLS is with the target itself. */
  readonly httpsAgent: HttpsAgent;
  /** For the package undici: `new Agent({ connect: node.undiciConnect })`. */
  readonly undiciConnect: UndiciConnector;
  readonly #running: HeldNode;
  readonly #sockets = new Set<FlorSocket>();
  readonly #servers = new Set<FlorServer>();
  readonly #datagramSockets = new Set<FlorDatagramSocket>();
  #closing: Promise<void> | undefined;
  #dispatcher: FetchDispatcher | undefined;

  constructor(running: HeldNode) {
    super();
    this.#running = running;
    const connect = (options: ConnectOptions): FlorSocket => this.connect(options);
    this.httpAgent = createHttpAgent(connect);
    this.httpsAgent = createHttpsAgent(connect);
    this.undiciConnect = createUndiciConnector(connect);
  }

  /**
   * For Node's own `fetch`: `fetch(url, { dispatcher: node.dispatcher })`; TLS is with the target itself.
   *
   * @throws Error `ERR_FLOR_NO_FETCH` where this Node has no fetch that takes one
   */
  get dispatcher(): FetchDispatcher {
    this.#dispatcher ??= createDispatcher(this.undiciConnect);
    return this.#dispatcher;
  }

  /**
   * Opens a connection through the overlay. The socket is returned at once and connects by itself, as with
   * `net.connect`; it may be written to before.
   *
   * @throws RangeError for an invalid port or host; Error `ERR_FLOR_CLOSED` when the node is closed
   */
  connect(options: ConnectOptions): FlorSocket;
  connect(port: number, host: string): FlorSocket;
  connect(first: ConnectOptions | number, host = "127.0.0.1"): FlorSocket {
    const options = typeof first === "number" ? { port: first, host } : first;
    const { allowHalfOpen = false } = options;
    return this.socket({ allowHalfOpen }).connect(options);
  }

  /**
   * Makes a socket that is not connected, as `new net.Socket()` does, for libraries that call `connect` themselves.
   *
   * @throws Error `ERR_FLOR_CLOSED` when the node is closed
   */
  socket({ allowHalfOpen = false }: Pick<FlorSocketOptions, "allowHalfOpen"> = {}): FlorSocket {
    this.#demandOpen();
    const socket = new FlorSocket({ allowHalfOpen, open: (self, options) => this.#open(self, options) });
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    return socket;
  }

  /**
   * Publishes a service of this program, as `net.Server` listens: clients anywhere in the network reach it as
   * `SERVICE.NETWORK`. The configuration has to name the network, under `services`.
   *
   * @param handle hears "connection"
   * @throws Error that says what is wrong with the name or the options
   */
  listen(
    service: string,
    options: ServiceOptions = {},
    handle?: (...args: FlorServerEvents["connection"]) => void,
  ): FlorServer {
    const serving = this.#running.serve(service, options, (client, accept) =>
      server.accept(client, ({ local }) => accept(local)),
    );
    const server = new FlorServer(serving.name, options.allowHalfOpen === true, () => serving.close());
    this.#servers.add(server);
    server.once("close", () => this.#servers.delete(server));
    if (handle !== undefined) server.on("connection", handle);
    return server;
  }

  /** Who publishes a service's name, as `flor lookup --json` prints it. @throws Error when nobody does */
  lookup(name: string): FoundService {
    return this.#running.lookup(name);
  }

  /**
   * Makes a UDP socket through the overlay, as `dgram.createSocket` does. Nothing of this machine is bound.
   *
   * @throws Error `ERR_FLOR_CLOSED` when the node is closed
   */
  createSocket(options: DatagramSocketOptions | "udp" | "udp4" | "udp6" = {}): FlorDatagramSocket {
    this.#demandOpen();
    const { user, signal } = typeof options === "string" ? {} : options;
    const socket = new FlorDatagramSocket((receiver) => this.#running.openDatagrams(receiver, user));
    const close = (): void => void socket.close();
    this.#datagramSockets.add(socket);
    socket.once("close", () => {
      this.#datagramSockets.delete(socket);
      signal?.removeEventListener("abort", close);
    });
    if (signal?.aborted === true) close();
    else signal?.addEventListener("abort", close, { once: true });
    return socket;
  }

  /** The node's state, as `flor status --json` prints it. */
  status(): NodeStatus {
    return this.#running.status();
  }

  /** Resets what is open and stops the node and its links; resolves when all are gone. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(socket: FlorSocket, options: ConnectOptions): void {
    const destination = destinationOf(options);
    this.#demandOpen();
    const { signal, user } = options;
    socket.connecting = true;
    if (signal !== undefined) addAbortSignal(signal, socket);
    let isOpening = true;
    const reply: OpenRequest["reply"] = (cause, bound) => {
      const remote = { address: options.host, family: familyOf(destination.target), port: options.port } as const;
      if (cause === (Cause.OK as number)) {
        const connected = (): void => socket.connected(bound && addressOf(bound), remote);
        // A service of this node answers within this call, when nobody has had the time to listen.
        return isOpening ? process.nextTick(connected) : connected();
      }
      socket.destroy(socketError("connect", codeOfCause(cause), `${options.host}:${options.port}`));
    };
    this.#running.request({ network: "tcp", destination, user, early: NO_OCTETS, socket: socket.local, reply });
    isOpening = false;
  }

  #demandOpen(): void {
    if (this.#closing !== undefined)
      throw Object.assign(new Error("the node is closed: make another with createNode"), { code: "ERR_FLOR_CLOSED" });
  }

  async #close(): Promise<void> {
    this.httpAgent.destroy();
    this.httpsAgent.destroy();
    void this.#dispatcher?.destroy();
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers) server.close();
    for (const socket of this.#datagramSockets) socket.close();
    await this.#running.close();
    this.emit("close");
  }
}

function familyOf(target: { readonly kind: string; readonly address?: Uint8Array }): FlorAddress["family"] {
  if (target.address === undefined) return "flor";
  return target.address.length === 4 ? "IPv4" : "IPv6";
}

function addressOf({ address, port }: { readonly address: Uint8Array; readonly port: number }): FlorAddress {
  return { address: formatIpAddress(address), family: address.length === 4 ? "IPv4" : "IPv6", port };
}
