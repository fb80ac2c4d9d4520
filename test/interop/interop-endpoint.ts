/**
 * Our engine over a UDP socket, towards strangers: without flor's admission and pins, with what a server of QUIC owes
 * everybody instead: version negotiation, Retry, stateless reset. For the interoperability tests.
 */
import { QUIC_LIMITS } from "@flor/quic";
import {
  type CryptoProvider,
  encodeVersionNegotiation,
  engineMaker,
  type QuicEngineFactory,
  QUIC_VERSION_1,
  type LongHeader,
  longPacketType,
  readInvariantHeader,
  readLongHeader,
} from "@flor/quic/engine";
import { createHmac, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import { InteropConnection } from "./interop-connection.ts";

const ID_OCTETS = 8;
const RESET_TOKEN_OCTETS = 16;
const MIN_INITIAL_OCTETS = 1200;
const RESET_OCTETS = 43;
const SLAB_OCTETS = 65_536;
const SOCKET_BUFFER_OCTETS = 4 << 20;
/** Datagrams on loopback, as on a path of 1,500 octets. */
const BASE_OCTETS = 1200;
const CEILING_OCTETS = 1452;

export interface InteropEndpointOptions {
  readonly crypto: CryptoProvider;
  /** @default a free one */
  readonly port?: number;
  /** Whether every address must be validated by a Retry first. @default false */
  readonly retries?: boolean;
  /** Key of stateless resets and tokens. @default random */
  readonly key?: Uint8Array;
}

/** As the other implementations: on a path that loses three in ten, probes get lost one behind another, each twice as late. */
const IDLE_TIMEOUT_MS = 250_000;

export class InteropEndpoint implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #engines: QuicEngineFactory;
  readonly #retries: boolean;
  readonly #key: Uint8Array;
  readonly #connections = new Map<string, InteropConnection>();
  readonly #timers = new Map<InteropConnection, NodeJS.Timeout>();
  readonly #received = new Uint8Array(SLAB_OCTETS);
  readonly #sent = new Uint8Array(SLAB_OCTETS);
  /** Connections accepted so far. */
  readonly accepted: InteropConnection[] = [];

  private constructor(socket: Socket, { crypto, retries = false, key = randomBytes(32) }: InteropEndpointOptions) {
    this.#socket = socket;
    this.#retries = retries;
    this.#key = key;
    this.#engines = engineMaker({ crypto, serverName: "localhost" })({
      limits: { ...QUIC_LIMITS, idleTimeoutMs: IDLE_TIMEOUT_MS, maxPeerStreams: 100, stalledCode: 9 },
      protocols: ["flor-interop"],
      random: () => randomBytes(4).readUInt32BE() / 2 ** 32,
    });
    socket.on("message", (datagram, { port }) => this.#handleDatagram(datagram, port));
  }

  static async open(options: InteropEndpointOptions): Promise<InteropEndpoint> {
    const size = { recvBufferSize: SOCKET_BUFFER_OCTETS, sendBufferSize: SOCKET_BUFFER_OCTETS };
    const socket = createSocket({ type: "udp4", ...size });
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject).bind(options.port ?? 0, "127.0.0.1", resolve);
    });
    socket.removeAllListeners("error").on("error", () => {});
    return new InteropEndpoint(socket, options);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  /** Starts a connection to a port of 127.0.0.1. */
  connect(port: number): InteropConnection {
    const source = randomBytes(ID_OCTETS);
    const engine = this.#engines.connect(source, randomBytes(ID_OCTETS), performance.now());
    return this.#add(new InteropConnection(engine, "client", port), source);
  }

  /** Tells peers nothing, as a machine that loses power. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    for (const connection of new Set(this.#connections.values())) connection.engine.free();
    this.#connections.clear();
    await new Promise<void>((resolve) => this.#socket.close(resolve));
  }

  #add(connection: InteropConnection, ...ids: readonly Uint8Array[]): InteropConnection {
    for (const id of ids) this.#connections.set(nameOf(id), connection);
    connection.engine.setDatagramBounds(BASE_OCTETS, CEILING_OCTETS);
    connection.onWork = () => this.#progress(connection);
    this.#progress(connection);
    return connection;
  }

  #handleDatagram(datagram: Buffer, port: number): void {
    const octets = this.#received;
    octets.set(datagram);
    const end = datagram.length;
    const connection = this.#find(octets, end, port);
    if (connection === undefined) return;
    connection.engine.take(octets, 0, end, performance.now());
    this.#progress(connection);
  }

  #find(octets: Uint8Array, end: number, port: number): InteropConnection | undefined {
    if ((octets[0]! & 0x80) === 0) return this.#findShort(octets, end, port);
    const header = readLongHeader(octets, 0, end);
    if (header === undefined) return this.#negotiateVersion(octets, end, port);
    const known = this.#connections.get(nameOf(header.destination));
    if (known !== undefined || header.type !== longPacketType.initial || end < MIN_INITIAL_OCTETS) return known;
    if (this.#retries && header.token.length === 0) return this.#sendRetry(header, port);
    const original = this.#retries ? this.#checkToken(header) : undefined;
    if (this.#retries && original === undefined) return undefined;
    return this.#accept(header, original, port);
  }

  #findShort(octets: Uint8Array, end: number, port: number): InteropConnection | undefined {
    const id = octets.slice(1, 1 + ID_OCTETS);
    const known = this.#connections.get(nameOf(id));
    if (known !== undefined || end <= RESET_OCTETS) return known ?? this.#onlyClient();
    const reset = randomBytes(RESET_OCTETS);
    reset[0] = 0x40 | (reset[0]! & 0x3f);
    reset.set(this.#resetToken(id), RESET_OCTETS - RESET_TOKEN_OCTETS);
    this.#socket.send(reset, port, "127.0.0.1");
    return this.#onlyClient();
  }

  /** A stateless reset carries none of our ids. */
  #onlyClient(): InteropConnection | undefined {
    return [...this.#connections.values()].find((connection) => connection.role === "client");
  }

  #negotiateVersion(octets: Uint8Array, end: number, port: number): undefined {
    const header = readInvariantHeader(octets, 0, end);
    if (header === undefined || header.version === 0 || header.version === QUIC_VERSION_1) return;
    if (end < MIN_INITIAL_OCTETS) return;
    this.#socket.send(encodeVersionNegotiation(header.source, header.destination), port, "127.0.0.1");
  }

  #accept(header: LongHeader, original: Uint8Array | undefined, port: number): InteropConnection {
    // After a Retry the client already sends to the id that the Retry named.
    const sourceId = original === undefined ? randomBytes(ID_OCTETS) : header.destination.slice();
    const initialDestination = header.destination.slice();
    const windowOctets = QUIC_LIMITS.furtherConnectionWindowOctets;
    const resetToken = this.#resetToken(sourceId);
    const engine = this.#engines.accept(
      { sourceId, initialDestination, original, windowOctets, resetToken },
      performance.now(),
    );
    const connection = new InteropConnection(engine, "server", port);
    this.accepted.push(connection);
    return this.#add(connection, sourceId, initialDestination);
  }

  #sendRetry(header: LongHeader, port: number): undefined {
    const source = randomBytes(ID_OCTETS);
    const original = header.destination.slice();
    const token = Buffer.concat([this.#mac(original, source), original]);
    const into = new Uint8Array(256);
    const length = this.#engines.retry({ destination: header.source.slice(), original, source, token }, into);
    this.#socket.send(into.subarray(0, length), port, "127.0.0.1");
  }

  #checkToken({ token, destination }: LongHeader): Uint8Array | undefined {
    const original = token.slice(RESET_TOKEN_OCTETS);
    const isOurs = Buffer.compare(this.#mac(original, destination), token.subarray(0, RESET_TOKEN_OCTETS)) === 0;
    return isOurs ? original : undefined;
  }

  #resetToken(id: Uint8Array): Uint8Array {
    return this.#mac(id, Buffer.from("reset"));
  }

  #mac(...parts: readonly Uint8Array[]): Uint8Array {
    const mac = createHmac("sha256", this.#key);
    for (const part of parts) mac.update(part);
    return Uint8Array.from(mac.digest().subarray(0, RESET_TOKEN_OCTETS));
  }

  #progress(connection: InteropConnection): void {
    const { engine } = connection;
    const now = performance.now();
    connection.handleProgress(now);
    for (let length = 1; length > 0;) {
      length = engine.fill(this.#sent, 0, CEILING_OCTETS, now);
      if (length > 0) this.#socket.send(this.#sent.slice(0, length), connection.peerPort, "127.0.0.1");
      // What was sent may have made room for more.
      if (length > 0) connection.handleProgress(now);
    }
    this.#arm(connection);
  }

  #arm(connection: InteropConnection): void {
    clearTimeout(this.#timers.get(connection));
    const at = connection.engine.nextTimeout();
    if (at === undefined) return void this.#timers.delete(connection);
    const wait = Math.max(0, at - performance.now());
    this.#timers.set(
      connection,
      setTimeout(() => {
        connection.engine.handleTimeout(performance.now());
        this.#progress(connection);
      }, wait),
    );
  }
}

function nameOf(id: Uint8Array): string {
  return Buffer.from(id).toString("hex");
}
