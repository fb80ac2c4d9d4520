/**
 * The seam between a QUIC connection and the state machine under it, so that another engine can replace today's
 * (docs/adr/0002). Packets go in and out by offset, so that an engine may take or fill a whole bundle in one call.
 */

/** Nothing to read now. */
export const STREAM_BLOCKED = -1;
/** The peer reset the stream (receiving) or asked us to stop (sending); the code is in `lastErrorCode`. */
export const STREAM_ENDED_BY_PEER = -2;
/** The stream or the connection is closed. */
export const STREAM_GONE = -3;

/** Why a connection closed. */
export interface CloseReason {
  /** "lost": the peer answers, but no longer knows the connection. */
  readonly by: "local" | "peer" | "timeout" | "lost";
  /** Whether `code` is an application code rather than one of RFC 9000 section 20.1. */
  readonly application: boolean;
  readonly code: number;
  /** Printable ASCII, 200 characters at most. */
  readonly text: string;
}

/** What the pacer and the datagram sizer read; cheap enough for every few milliseconds, not for every packet. */
export interface PathFigures {
  rttMs: number;
  congestionWindowOctets: number;
  deliveryRateOctetsPerSecond: number;
  sentPackets: number;
  receivedPackets: number;
  lostPackets: number;
  sentOctets: number;
  receivedOctets: number;
}

/** One connection's state machine. It keeps time itself; no method throws on what a peer sent. */
export interface QuicEngine {
  /** Writes the next packet at octets[offset, offset + max), returns its octets or 0. */
  fill(octets: Uint8Array, offset: number, max: number): number;
  /** Takes the packet at octets[offset, end), decrypting it in place; false when it was malformed. */
  take(octets: Uint8Array, offset: number, end: number): boolean;
  /** Milliseconds until `handleTimeout` is due, whole, rounded down; `undefined`: never. */
  timeoutMs(): number | undefined;
  handleTimeout(): void;
  isEstablished(): boolean;
  /** Whether only the end of a close is outstanding. */
  isDraining(): boolean;
  isClosed(): boolean;
  /** Meaningful once draining or closed. */
  closeReason(): CloseReason;
  /** The peer's certificate, DER, or `undefined` when it sent none. */
  peerCertificate(): Uint8Array | undefined;

  /** Streams of ours that the peer still allows. */
  streamsLeft(): number;
  /** Octets accepted, or STREAM_ENDED_BY_PEER or STREAM_GONE. An end counts as accepted with the last octet. */
  send(stream: number, octets: Uint8Array, fin: boolean): number;
  /** Octets read with `lastFin` set, or STREAM_BLOCKED, STREAM_ENDED_BY_PEER or STREAM_GONE. */
  receive(stream: number, into: Uint8Array): number;
  /** Whether the last `receive` reached the end of the stream. */
  readonly lastFin: boolean;
  /** The code behind the last STREAM_ENDED_BY_PEER. */
  readonly lastErrorCode: number;
  resetStream(stream: number, code: number): void;
  stopSending(stream: number, code: number): void;
  /** Whether `readableStreams` would list any. */
  isReadable(): boolean;
  readableStreams(): Iterable<number>;

  /** Has an ack-eliciting packet sent. */
  ping(): void;
  close(application: boolean, code: number, text: string): void;
  /** Reads the path's figures into `figures`. */
  readFigures(figures: PathFigures): void;
}

/** Makes engines with one certificate and one set of limits. */
export interface QuicEngineFactory {
  connect(sourceId: Uint8Array): QuicEngine;
  /**
   * @param original the destination id of the first Initial when a Retry came between
   * @param windowOctets what the peer may have on the way to this connection
   */
  accept(sourceId: Uint8Array, original: Uint8Array | undefined, windowOctets: number): QuicEngine;
  /** Writes a Retry packet (RFC 9000 section 17.2.5) and returns its octets. */
  retry(packet: RetryPacket, into: Uint8Array): number;
}

/** The fields of a Retry. */
export interface RetryPacket {
  /** The client's connection id. */
  readonly destination: Uint8Array;
  /** The destination id of the client's Initial. */
  readonly original: Uint8Array;
  /** The id that the client shall send to. */
  readonly source: Uint8Array;
  readonly token: Uint8Array;
}

/** The limits of each connection. */
export interface QuicEngineLimits {
  readonly maxDatagramOctets: number;
  readonly initialStreamWindowOctets: number;
  readonly maxStreamWindowOctets: number;
  /** Of a connection of ours; one that a peer opens has the window that `accept` is given. */
  readonly maxConnectionWindowOctets: number;
  /** Bidirectional streams that the peer may have open. */
  readonly maxPeerStreams: number;
  readonly idleTimeoutMs: number;
}
