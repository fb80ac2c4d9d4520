/**
 * The seam between a QUIC connection of flor and the state machine under it. Packets go in and out by offset; every call
 * that depends on time is given it.
 */
import type { Instant, OctetSource, Pieces } from "@flor/machine";

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

/** Figures of a connection, for people. */
export interface PathFigures {
  /** Smoothed; 0: nothing is known. */
  rttMs: number;
  congestionWindowOctets: number;
  /** Octets a millisecond, 0: not paced. */
  pace: number;
  sentPackets: number;
  receivedPackets: number;
  lostPackets: number;
  /** Packets that were taken for lost and were only late. */
  spuriousLosses: number;
  sentOctets: number;
  receivedOctets: number;
  /** Streams that were refused since their readers stalled and memory was used up. */
  refusedStreams: number;
}

/** One connection's state machine, without clock and sockets; no method throws on what a peer sent. */
export interface QuicEngine {
  /** Writes the next datagram at octets[offset, offset + max), returns its octets or 0. */
  fill(octets: Uint8Array, offset: number, max: number, now: Instant): number;
  /** Takes the datagram at octets[offset, end), decrypting it in place; false when nothing in it was authentic. */
  take(octets: Uint8Array, offset: number, end: number, now: Instant): boolean;
  /**
   * The last datagram had a packet that came twice, or for whose level there are no keys yet or any more: late, early or
   * sent again, as on any path that delays or loses.
   */
  readonly wasUntimely: boolean;
  /** Whether the datagram that ends at `end` is a stateless reset of this connection, which it ends. */
  takeReset(octets: Uint8Array, end: number, now: Instant): boolean;
  /** When `handleTimeout` is due; `undefined`: never. */
  nextTimeout(): Instant | undefined;
  handleTimeout(now: Instant): void;
  /** The handshake is complete, and the connection open. */
  isEstablished(): boolean;
  /** Whether only the end of a close is outstanding. */
  isDraining(): boolean;
  isClosed(): boolean;
  /** Meaningful once draining or closed. */
  closeReason(): CloseReason;
  /** The peer's certificate, DER, or `undefined` when it sent none. */
  peerCertificate(): Uint8Array | undefined;

  /** Streams that the peer still lets us open. */
  streamsLeft(): number;
  /** Opens a bidirectional stream; `undefined` at the peer's limit. */
  openStream(): number | undefined;
  /** Octets accepted, or STREAM_ENDED_BY_PEER or STREAM_GONE. An end counts as accepted with the last octet. */
  send(stream: number, octets: Uint8Array, fin: boolean): number;
  /** Has `source` move octets to where they are sent from, as many as `send` would take; returns as that does. */
  sendFrom(stream: number, source: OctetSource): number;
  /** Octets read with `lastFin` set, or STREAM_BLOCKED, STREAM_ENDED_BY_PEER or STREAM_GONE. */
  receive(stream: number, into: Uint8Array, now: Instant): number;
  /** Sets `pieces` to octets of a stream that can be read; none when there are none. Borrowed until the next call. */
  lend(stream: number, pieces: Pieces): void;
  /** Reads the octets that `lend` showed, or the first of them; returns as `receive` does. */
  takeLent(stream: number, octets: number, now: Instant): number;
  /** Whether the last `receive` reached the end of the stream. */
  readonly lastFin: boolean;
  /** The code behind the last STREAM_ENDED_BY_PEER. */
  readonly lastErrorCode: number;
  /** Ends the sending part with a reset, after what was accepted. */
  resetStream(stream: number, code: number): void;
  stopSending(stream: number, code: number): void;
  /** Visits streams with something to read, in turn, until a visit returns false; returns whether some were left. */
  forEachReadable(visit: (stream: number, isNew: boolean) => boolean): boolean;

  /**
   * Queues octets[start, end) for a DATAGRAM frame, copied; false when the peer takes none of that size.
   *
   * @param prefix goes before them as a varint
   */
  sendDatagram(octets: Uint8Array, start: number, end: number, prefix: number): boolean;
  /** Octets of a datagram, its prefix apart, that a packet holds now whatever else is in it; 0: the peer takes none. */
  readonly maxDatagramPayload: number;
  /** Datagrams that were given up since others waited, or no packet held them. */
  readonly droppedDatagrams: number;
  /** Hands over each datagram that arrives from now on, octets[start, end), borrowed, during `take`. */
  onDatagram(sink: (octets: Uint8Array, start: number, end: number) => void): void;

  /** Something that we sent waits to be acknowledged. */
  readonly isUnderWay: boolean;
  /** When the first of at least two time-outs in a row was; `undefined`: what is sent is acknowledged. */
  readonly unansweredSince: Instant | undefined;
  /** Since when what was sent waits, and nothing of it is acknowledged, however much is still sent; `undefined`: nothing waits. */
  readonly silentSince: Instant | undefined;
  /** How long an acknowledgement may take before the engine asks for it (RFC 9002 section 6.2.1), milliseconds. */
  readonly probeTimeoutMs: number;
  /** Packets go another way from now on: what was learned of the one before is forgotten, RFC 9000 section 9.4. */
  handlePathChange(now: Instant): void;
  /** Streams that were refused since their readers stalled and memory was used up. */
  readonly refusedStreams: number;
  /** Has an ack-eliciting packet sent; whatever the window says when something waits to be acknowledged. */
  ping(): void;
  close(application: boolean, code: number, text: string): void;
  /** @param base octets that cross the path unsegmented; @param ceiling octets that cross it at all */
  setDatagramBounds(base: number, ceiling: number): void;
  /** Octets of a datagram at most, now. */
  readonly datagramOctets: number;
  /** Reads the figures into `figures`. */
  readFigures(figures: PathFigures): void;
  /** Gives up what it holds outside the heap; not used afterwards. */
  free(): void;
}

/** What a served connection is made with. */
export interface AcceptOptions {
  /** Our id. */
  readonly sourceId: Uint8Array;
  /** The destination of the client's Initial. */
  readonly initialDestination: Uint8Array;
  /** The destination of its first Initial when a Retry came between. */
  readonly original: Uint8Array | undefined;
  /** Octets that may wait for their readers. */
  readonly windowOctets: number;
  /** What a stateless reset of this connection ends with, RFC 9000 section 10.3. */
  readonly resetToken: Uint8Array;
}

/** Makes engines with one certificate and one set of limits. */
export interface QuicEngineFactory {
  /** @param initialDestination where the first Initial goes: unpredictable, eight octets at least */
  connect(sourceId: Uint8Array, initialDestination: Uint8Array, now: Instant): QuicEngine;
  accept(options: AcceptOptions, now: Instant): QuicEngine;
  /** Writes a Retry packet (RFC 9000 section 17.2.5) and returns its octets. */
  retry(packet: RetryPacket, into: Uint8Array): number;
}

/** What an endpoint gives the maker of its engines. */
export interface QuicEngineParts {
  readonly limits: QuicEngineLimits;
  /** ALPN, in order of preference. */
  readonly protocols: readonly string[];
  /** Numbers in [0, 1). */
  readonly random: () => number;
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
  /** For connections that we open; one that a peer opens has the window passed to `accept`. */
  readonly maxConnectionWindowOctets: number;
  /** Bidirectional streams that the peer may have open. */
  readonly maxPeerStreams: number;
  readonly idleTimeoutMs: number;
  /** The application's code for a stream that is refused since its reader stalled and memory is used up. */
  readonly stalledCode: number;
}
