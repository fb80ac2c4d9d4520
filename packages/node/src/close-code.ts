import type { CloseReason } from "@flor/quic";

/** Application error codes with which nodes close their connections (RFC 9000 section 20.2). */
export const CloseCode = {
  /** The other end broke the protocol. */
  protocol: 0x10,
  /** Another connection is used in its place. */
  superseded: 0x11,
  /** The port leads to another node, or is gone. */
  notThisPort: 0x12,
  /** The other end leaves too much unread. */
  overloaded: 0x13,
  /** The other end started anew, and knows nothing of the connection. */
  restarted: 0x14,
  /** The node stops. */
  shutdown: 0x15,
} as const;

/** Whether the other end said that it stops: it answers no more. */
export function isShutdown({ by, application, code }: CloseReason): boolean {
  return by === "peer" && application && code === CloseCode.shutdown;
}
