/** Bounds of the streams of one connection. */
export interface StreamLimits {
  /** What a stream may send before its reader took anything, octets. */
  readonly initialStreamWindowOctets: number;
  readonly maxStreamWindowOctets: number;
  /** Octets of all streams that may wait for their readers. */
  readonly connectionWindowOctets: number;
  /** Bidirectional streams that the peer may have open. */
  readonly maxPeerStreams: number;
  /** The code for a stream that is refused since its reader has stalled and the connection's memory is used up. */
  readonly stalledCode: number;
}

/** Octets that one stream takes in before they are sent: a host whose turns come 60 ms apart needs 750 kB for 100 Mbit/s. */
export const STREAM_UNSENT_MAX_OCTETS = 1_048_576;
/** The same of all streams together. */
export const CONNECTION_UNSENT_MAX_OCTETS = 16_777_216;
/** A reader that has taken nothing for so long may lose its stream when others need the memory. */
export const STALLED_MS = 5000;
