// Declarations that the implementation fills in; replaced by it within the hour.
import type { Instant } from "@flor/machine";

/** A node's key pair. */
export interface Identity {
  /** Ed25519 seed, 32 octets: secret. */
  readonly seed: Uint8Array;
  /** Ed25519 public key, 32 octets. */
  readonly publicKey: Uint8Array;
  /** The printable id, `flor1…`. */
  readonly id: string;
}

export declare function createIdentity(seed: Uint8Array): Identity;
export declare function encodeNodeId(publicKey: Uint8Array): string;
/** The public key, or `undefined` when `text` is not a node id. */
export declare function parseNodeId(text: string): Uint8Array | undefined;
/** What is wrong with `text` as a node id, for a configuration error; `undefined` when nothing is. */
export declare function explainNodeId(text: string): string | undefined;
export declare function sign(identity: Identity, message: Uint8Array): Uint8Array;
export declare function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
/** PKCS#8 PEM text of the identity's key (RFC 8410). */
export declare function encodeKeyFile(identity: Identity): string;
/** The seed in a PKCS#8 PEM text, or `undefined`. */
export declare function decodeKeyFile(text: string): Uint8Array | undefined;

/** PEM octets for TLS. */
export interface Credentials {
  readonly certificatePem: Uint8Array;
  readonly keyPem: Uint8Array;
}
/** Self-signs a certificate; `crypto` is `globalThis.crypto`. */
export declare function createCredentials(identity: Identity, crypto: WebCryptoLike): Promise<Credentials>;
export interface WebCryptoLike {
  readonly subtle: object;
  getRandomValues<T extends Uint8Array>(octets: T): T;
}

/** The nodes that may reach this one; shared by its endpoints, changed at any time. */
export declare class AllowedPeers {
  constructor(identity: Identity);
  add(publicKey: Uint8Array): void;
  /** Existing connections stay: close them yourself. */
  delete(publicKey: Uint8Array): void;
  has(publicKey: Uint8Array): boolean;
  readonly size: number;
}

export interface QuicEndpointOptions {
  readonly identity: Identity;
  readonly credentials: Credentials;
  readonly purpose: "session" | "control";
  readonly peers: AllowedPeers;
  randomFill(octets: Uint8Array): void;
  /** Wall-clock seconds since 1970. */
  unixSeconds(): number;
  /** Half-open handshakes above which a client must answer a Retry first. @default 64 */
  readonly retryThreshold?: number;
  /** Largest datagram ever, envelope included, at most 16,384. @default 16384 */
  readonly maxDatagramOctets?: number;
}

export type QuicDropReason = string;

export interface EndpointReply<Path> {
  readonly path: Path;
  readonly octets: Uint8Array;
}

export declare class QuicEndpoint<Path> {
  constructor(options: QuicEndpointOptions);
  /** The peer must be in `peers`. */
  connect(peerPublicKey: Uint8Array, path: Path, now: Instant): QuicConnection<Path>;
  /** Takes one payload, octets[offset, end), borrowed. Returns the connection it touched, or `undefined` (dropped or answered statelessly). */
  handleReceive(octets: Uint8Array, offset: number, end: number, path: Path, now: Instant): QuicConnection<Path> | undefined;
  /** The next stateless answer (Retry, stateless reset) to send, if any; drain after `handleReceive` returned `undefined`. */
  takeReply(): EndpointReply<Path> | undefined;
  /** Connections not yet closed. */
  readonly connections: Iterable<QuicConnection<Path>>;
  readonly drops: { readonly counts: Readonly<Record<QuicDropReason, number>> };
  /** Server handshakes under way. */
  readonly halfOpen: number;
}

/** Nothing to read now. */
export declare const STREAM_BLOCKED = -1;
/** The peer reset the stream (`receive`) or asked to stop (`send`); the code is in `lastErrorCode`. */
export declare const STREAM_ENDED_BY_PEER = -2;
/** The stream or the connection is closed. */
export declare const STREAM_GONE = -3;

export interface CloseReason {
  readonly by: "local" | "peer" | "timeout" | "reset";
  /** Whether `code` is an application code rather than a transport one. */
  readonly application: boolean;
  readonly code: number;
  readonly text: string;
}

/** Each is reported once, in order. "closed" comes exactly once and last. */
export type QuicConnectionEvent =
  | { readonly type: "established" }
  | { readonly type: "streams-available" }
  | { readonly type: "closed"; readonly reason: CloseReason };

export declare class QuicConnection<Path> {
  /** Public key of the peer; verified once `state` has been "established". */
  readonly peer: Uint8Array;
  readonly role: "client" | "server";
  /** Where this connection's packets go: the owner's, QUIC never looks. A server's starts as the path of its first packet. */
  path: Path;
  readonly state: "handshaking" | "established" | "closing" | "closed";
  readonly closeReason: CloseReason | undefined;
  /** While true, an idle connection is kept alive every 10 s. @default false */
  keepAlive: boolean;
  /** Writes the next packet at octets[offset, offset + max), returns its octets; 0: nothing now, or the pacer holds. */
  transmit(octets: Uint8Array, offset: number, max: number, now: Instant): number;
  nextTimeout(): Instant | undefined;
  handleTimeout(now: Instant): void;
  pollEvent(): QuicConnectionEvent | undefined;
  /** Opens a bidirectional stream; `undefined`: not established, or the peer's limit is reached ("streams-available" follows). */
  openStream(): number | undefined;
  /** Octets accepted, 0 when blocked (retry after the next `handleReceive`), or STREAM_ENDED_BY_PEER / STREAM_GONE. */
  send(stream: number, octets: Uint8Array, fin: boolean): number;
  /** Octets read into `into` with `lastFin` set, or STREAM_BLOCKED / STREAM_ENDED_BY_PEER / STREAM_GONE. */
  receive(stream: number, into: Uint8Array): number;
  readonly lastFin: boolean;
  readonly lastErrorCode: number;
  resetStream(stream: number, code: number): void;
  stopSending(stream: number, code: number): void;
  /** Visits streams with something to read (octets, end or reset); `isNew`: the peer opened it and it is shown for the first time. */
  forEachReadable(visit: (stream: number, isNew: boolean) => void): void;
  /** `base`: octets that cross unsegmented; `ceiling`: the most the path takes. Envelope excluded from neither. */
  setDatagramBounds(base: number, ceiling: number): void;
  close(code: number, text: string): void;
  /** Slow: on demand only. */
  stats(): QuicConnectionStats;
}

export interface QuicConnectionStats {
  readonly rttMs: number;
  readonly congestionWindowOctets: number;
  readonly deliveryRateOctetsPerSecond: number;
  readonly sentPackets: number;
  readonly receivedPackets: number;
  readonly lostPackets: number;
  readonly sentOctets: number;
  readonly receivedOctets: number;
  readonly datagramOctets: number;
}
