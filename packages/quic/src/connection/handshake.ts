/** TLS and transport parameters of one connection, RFC 9001 section 4 and RFC 9000 section 7. */
import { sameOctets } from "../connection-id.ts";
import { meaningOf, transportError } from "../packet/transport-error.ts";
import {
  decodeTransportParameters,
  encodeTransportParameters,
  TransportParameters,
} from "../packet/transport-parameters.ts";
import { CRYPTO_BUFFER_MAX_OCTETS, type PacketSpace } from "../recovery/packet-space.ts";
import type { DirectionKeys, TlsHandshake, TlsLevel } from "../tls/packet-protection.ts";
import { ACK_DELAY_EXPONENT, MAX_ACK_DELAY_MS, MIN_ACK_DELAY_US } from "./ack-policy.ts";
import { tlsAlertText } from "../tls/tls-alert-text.ts";
import type { EngineOptions, EngineShared } from "./engine-options.ts";
import { ACTIVE_CONNECTION_ID_LIMIT } from "./peer-connection-ids.ts";

/** CRYPTO octets are handed to TLS in pieces of this size at most. */
const PIECE_OCTETS = 16_384;
/** TLS copies what it is given: one serves all connections. */
const piece = new Uint8Array(PIECE_OCTETS);
const NO_OCTETS = new Uint8Array(0);
/** Octets that TLS may give us to send at one level before the peer acknowledges any. */
export const CRYPTO_OUT_MAX_OCTETS = 131_072;

/** The connection ids of the handshake, which the transport parameters must repeat: RFC 9000 section 7.3. */
export interface HandshakeIds {
  /** The source id of the peer's first packet. */
  peerSource: Uint8Array | undefined;
  /** Of a client: where its first Initial went. */
  readonly original: Uint8Array;
  /** Of a client: the source id of the Retry. */
  retrySource: Uint8Array | undefined;
}

/** Keys of 1-RTT packets come in two halves. */
export interface ApplicationKeys {
  read: DirectionKeys | undefined;
  write: DirectionKeys | undefined;
}

export class Handshake {
  readonly tls: TlsHandshake;
  readonly applicationKeys: ApplicationKeys = { read: undefined, write: undefined };
  /** The peer's parameters, once they are known and checked. */
  peer: TransportParameters | undefined;
  /** The connection error that ends the handshake, or 0. */
  error = 0;
  readonly #spaces: readonly PacketSpace[];
  readonly #role: "client" | "server";
  readonly #ids: HandshakeIds;
  #isFreed = false;

  constructor(shared: EngineShared, options: EngineOptions, spaces: readonly PacketSpace[], ids: HandshakeIds) {
    this.#spaces = spaces;
    this.#role = options.role;
    this.#ids = ids;
    this.tls = shared.crypto.handshake({
      role: options.role,
      transportParameters: encodeTransportParameters(ownParameters(shared, options)),
      protocols: shared.protocols,
      ...(shared.serverName === undefined ? {} : { serverName: shared.serverName }),
    });
  }

  get isComplete(): boolean {
    return this.tls.isComplete && this.peer !== undefined;
  }

  /** Why `error` ends the handshake, in words. */
  get failure(): string {
    if (this.error < transportError.crypto) return meaningOf(this.error);
    return this.tls.failure ?? tlsAlertText(this.error - transportError.crypto);
  }

  /** A client begins. */
  start(): void {
    this.#give("initial", NO_OCTETS);
  }

  /** Takes a CRYPTO frame; 0 or a transport error. */
  handleCrypto(space: PacketSpace, offset: number, octets: Uint8Array, start: number, end: number): number {
    const { cryptoIn } = space;
    if (offset + end - start > cryptoIn.read + CRYPTO_BUFFER_MAX_OCTETS) return transportError.cryptoBufferExceeded;
    if (!cryptoIn.insert(offset, octets, start, end)) return transportError.cryptoBufferExceeded;
    while (this.error === 0 && cryptoIn.available > 0) {
      const length = cryptoIn.take(piece, PIECE_OCTETS);
      this.#give(space.level, piece.subarray(0, length));
    }
    return this.error;
  }

  free(): void {
    if (this.#isFreed) return;
    this.#isFreed = true;
    this.tls.free();
  }

  #give(level: TlsLevel, octets: Uint8Array): void {
    if (this.#isFreed) return;
    const alert = this.tls.handleCrypto(level, octets);
    this.#takeKeys();
    this.#takeCrypto();
    if (alert !== undefined) this.error = transportError.crypto + alert;
    else if (this.peer === undefined && this.tls.peerTransportParameters !== undefined) this.#checkParameters();
    else if (this.tls.isComplete && this.peer === undefined && this.error === 0) this.error = MISSING_EXTENSION;
  }

  #takeKeys(): void {
    for (let made = this.tls.takeKeys(); made !== undefined; made = this.tls.takeKeys()) {
      const { level, direction, keys } = made;
      const space = this.#spaces[level === "handshake" ? 1 : 2];
      if (level === "application") this.applicationKeys[direction] = keys;
      if (space === undefined) continue;
      if (direction === "read") space.readKeys = keys;
      else space.writeKeys = keys;
    }
  }

  #takeCrypto(): void {
    for (let made = this.tls.takeCrypto(); made !== undefined; made = this.tls.takeCrypto()) {
      const space = this.#spaces[LEVELS.indexOf(made.level)];
      if (space === undefined || space.isDiscarded) continue;
      const { cryptoOut } = space;
      if (cryptoOut.written - cryptoOut.base + made.octets.length > CRYPTO_OUT_MAX_OCTETS)
        this.error = transportError.internal;
      else cryptoOut.write(made.octets, 0, made.octets.length);
    }
  }

  /** RFC 9000 section 7.3 and 7.4. */
  #checkParameters(): void {
    const from = this.#role === "client" ? "server" : "client";
    const parameters = decodeTransportParameters(this.tls.peerTransportParameters ?? NO_OCTETS, from);
    if (parameters === undefined || !this.#areIdsRight(parameters)) this.error = transportError.transportParameter;
    else this.peer = parameters;
  }

  #areIdsRight(parameters: TransportParameters): boolean {
    const ids = this.#ids;
    if (!sameIds(parameters.initialSourceConnectionId, ids.peerSource)) return false;
    if (this.#role === "server") return true;
    return (
      sameIds(parameters.originalDestinationConnectionId, ids.original) &&
      sameIds(parameters.retrySourceConnectionId, ids.retrySource)
    );
  }
}

const LEVELS: readonly TlsLevel[] = ["initial", "handshake", "application"];
/** TLS alert missing_extension, RFC 9001 section 8.2. */
const MISSING_EXTENSION = transportError.crypto + 109;

function sameIds(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : sameOctets(a, b);
}

function ownParameters({ limits }: EngineShared, options: EngineOptions): TransportParameters {
  const parameters = new TransportParameters();
  parameters.initialSourceConnectionId = options.sourceId;
  if (options.role === "server") {
    parameters.originalDestinationConnectionId = options.original ?? options.initialDestination;
    if (options.original !== undefined) parameters.retrySourceConnectionId = options.initialDestination;
    parameters.statelessResetToken = options.resetToken;
  }
  parameters.maxIdleTimeout = limits.idleTimeoutMs;
  parameters.initialMaxData = options.windowOctets;
  parameters.initialMaxStreamDataBidiLocal = limits.initialStreamWindowOctets;
  parameters.initialMaxStreamDataBidiRemote = limits.initialStreamWindowOctets;
  parameters.initialMaxStreamsBidi = limits.maxPeerStreams;
  parameters.ackDelayExponent = ACK_DELAY_EXPONENT;
  parameters.maxAckDelay = MAX_ACK_DELAY_MS;
  parameters.activeConnectionIdLimit = ACTIVE_CONNECTION_ID_LIMIT;
  parameters.disableActiveMigration = true;
  parameters.maxDatagramFrameSize = 65_535;
  parameters.resetStreamAt = true;
  parameters.minAckDelay = MIN_ACK_DELAY_US;
  return parameters;
}
