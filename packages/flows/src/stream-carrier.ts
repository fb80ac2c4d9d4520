import type { OctetSource, Pieces } from "@flor/machine";

/** {@link StreamCarrier.receive}: there are no octets now. What is below it tells that the stream is no more. */
export const STREAM_BLOCKED = -1;
/** {@link StreamCarrier.receive}: the peer reset the stream. */
export const STREAM_RESET = -2;

/**
 * What a flow needs of the QUIC connection that carries it. `QuicConnection` of `packages/quic` is one.
 */
export interface StreamCarrier {
  /**
   * Step 5, write: gives octets to a stream.
   *
   * @returns octets accepted, 0 to all; negative when the peer stopped the stream or it is gone
   */
  send(stream: number, octets: Uint8Array, fin: boolean): number;
  /** Has `source` move octets into a stream, as many at most as {@link send} would accept, without a copy; returns as that does. */
  sendFrom(stream: number, source: OctetSource): number;
  /**
   * Takes octets that arrived on a stream; sets `lastFin` to whether the stream ended with them.
   *
   * @returns octets written to `into`; -1 when there are none now; -2 when the peer reset the stream and all before that
   *   was read, or nothing was to be read; -3 when it is gone
   */
  receive(stream: number, into: Uint8Array): number;
  /** Sets `pieces` to octets that arrived on a stream and can be taken; none when there are none. Borrowed until the next call. */
  lend(stream: number, pieces: Pieces): void;
  /** Takes the octets that `lend` showed, or the first of them; sets `lastFin` and returns as {@link receive} does. */
  takeLent(stream: number, octets: number): number;
  /** Whether the last `receive` or `takeLent` met the end of its stream. */
  readonly lastFin: boolean;
  /** Sends octets[start, end) in a DATAGRAM frame behind `prefix`, copied; false when it holds no such datagram now. */
  sendDatagram(octets: Uint8Array, start: number, end: number, prefix: number): boolean;
  /** RESET_STREAM_AT: abandons the sending part; the peer learns of it behind the octets that were accepted. */
  resetStream(stream: number, code: number): void;
  /** STOP_SENDING: asks the peer to abandon its sending part. */
  stopSending(stream: number, code: number): void;
}
