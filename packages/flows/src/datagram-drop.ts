/** Why a datagram of a UDP flow went nowhere. Every reason is counted and shown by `flor status`. */
export const DATAGRAM_DROPS = [
  /** Of a flow that is not open here. */
  "unknown-flow",
  "malformed",
  /** Its flow ended. */
  "flow-over",
  /** Others waited in the session's queue, or the path takes no such length any more. */
  "queue",
  /** It fits no DATAGRAM frame, and the stream takes nothing now. */
  "stream-full",
  "stream-memory",
  /** No route leads there. */
  "no-route",
  /** No peer lets it out; asked again after a while. */
  "refused",
  /** From another address than the client's. */
  "wrong-sender",
  /** A fragment (RFC 1928 section 7). */
  "fragment",
  /** More clients of a forward than it serves. */
  "too-many-clients",
  /** The egress policy refuses its destination. */
  "not-allowed",
  /** Its name is not resolved yet, and others wait, or it has no address. */
  "name",
  /** The kernel had no room for it. */
  "no-buffer",
  /** Longer than the way takes. */
  "too-long",
  /** Nothing takes it there: an ICMP error, or no way. */
  "unreachable",
  "send-failed",
] as const;

/** Why a datagram of a UDP flow went nowhere. */
export type DatagramDrop = (typeof DATAGRAM_DROPS)[number];
