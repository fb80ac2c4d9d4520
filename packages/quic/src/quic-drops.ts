import type { AdmissionDrop } from "./admission.ts";

/** Why an endpoint dropped a payload. */
export type QuicDrop =
  | AdmissionDrop
  /** Empty, too short, or a first octet that is no QUIC packet's. */
  | "payload"
  /** Behind a valid envelope, no long header of QUIC version 1. */
  | "long-header"
  /** For a connection that does not exist. */
  | "unknown-connection"
  /** A connection's own engine found it malformed. */
  | "malformed"
  /** For a connection that has no keys for it yet or any more, or has it already: late, early or sent again. */
  | "untimely"
  /** An Initial in a datagram below 1200 octets, RFC 9000 section 14.1. */
  | "small-initial"
  /** An Initial that made a connection before. */
  | "replayed-initial"
  /** An Initial that was sealed before this endpoint was there: recorded, or by a clock that is behind ours. */
  | "before-start"
  /** A Retry token that is forged, another's or too old. */
  | "retry-token"
  /** Too many half-open handshakes. */
  | "half-open"
  /** Too many connections of its peer, or of all. */
  | "connections"
  /** A new connection, while the node stops. */
  | "stopping"
  /** Too many stateless answers waiting to be sent. */
  | "replies";

/** Every {@link QuicDrop}. */
export const QUIC_DROPS: readonly QuicDrop[] = [
  "payload",
  "envelope",
  "unknown-sender",
  "bad-mac",
  "clock-skew",
  "long-header",
  "unknown-connection",
  "malformed",
  "untimely",
  "small-initial",
  "replayed-initial",
  "before-start",
  "retry-token",
  "half-open",
  "connections",
  "stopping",
  "replies",
];
