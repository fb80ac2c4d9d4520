/** Why an end dropped a datagram or a frame. */
export const END_DROPS = [
  /** A datagram that begins neither with this session's token nor with zeros. */
  "bad-token",
  /** A handshake message whose MAC is not right: not answered. */
  "bad-mac",
  /** Cut off, undecodable, or beyond a bound. */
  "malformed",
  /** A frame that is neither data nor control. */
  "unknown-type",
  /** A control message that this end does not know. */
  "unknown-message",
  /** A handshake message or a list that was overtaken: harmless. */
  "stale",
  /** A datagram of the session before it was ready. */
  "not-ready",
  /** A frame that was to be sent without credit left. */
  "no-credit",
  /** A frame that was to be sent and is longer than the other end takes. */
  "too-large",
  /** A handshake or control message beyond the rate that is looked at. */
  "flooded",
  /** A datagram of the other end that the kernel dropped, as its Pings show. */
  "lost",
  /** An event that nobody polled in time. */
  "event-overflow",
] as const;

/** Why an end dropped a datagram or a frame. */
export type EndDrop = (typeof END_DROPS)[number];
