/** Why an end dropped a datagram or a frame. */
export const END_DROPS = [
  /** A datagram that begins neither with this session's token nor with zeros. */
  "bad-token",
  /** A handshake message with a wrong MAC; it is not answered. */
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
  /** A frame to be sent when no credit was left. */
  "no-credit",
  /** A frame to be sent that is longer than the other end accepts. */
  "too-large",
  /** A handshake or control message above the accepted rate. */
  "flooded",
  /** A datagram from the other end that the kernel dropped, as the other end's Pings show. */
  "lost",
  /** An event that was not polled in time. */
  "event-overflow",
] as const;

/** Why an end dropped a datagram or a frame. */
export type EndDrop = (typeof END_DROPS)[number];
