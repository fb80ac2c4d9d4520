import { type CloseReason, QUIC_LIMITS, transportErrorName } from "@flor/quic";

/** Application error codes with which nodes close their connections (RFC 9000 section 20.2); proto/control.md lists them. */
export const CloseCode = {
  /** The other end broke the protocol. */
  protocol: 0x10,
  /** Another connection is used in its place. */
  superseded: 0x11,
  /** The port leads to another node, or is gone. */
  notThisPort: 0x12,
  /** The other end leaves too much unread. */
  overloaded: 0x13,
  /** The other end restarted, and does not know the connection. */
  restarted: 0x14,
  /** The node stops. */
  shutdown: 0x15,
  /** The closing end does not list the other any more. */
  unlisted: 0x16,
  /** Nothing was heard of the other end, which has no flows. */
  silent: 0x17,
  /** The connection is alive, but no flow opens over it: another one takes its place. */
  stuck: 0x18,
} as const;

/** What both ends log when one of them stops listing the other. */
export const UNLISTED_TEXT = "it was removed from the peers";

/** Whether the other end announced that it stops: it no longer answers. */
export function isShutdown(reason: CloseReason): boolean {
  return isPeerClose(reason, CloseCode.shutdown);
}

/** Whether the other end said that it does not list this node any more: it answers no more. */
export function isUnlisted(reason: CloseReason): boolean {
  return isPeerClose(reason, CloseCode.unlisted);
}

/** Whether one of both ends cannot go on with the other, and would do so again at once: the next dial waits. */
export function isRefusal(reason: CloseReason): boolean {
  if (isPeerClose(reason, CloseCode.notThisPort)) return true;
  const isOurs = reason.application && (reason.by === "peer" || reason.by === "local");
  return isOurs && (reason.code === CloseCode.protocol || reason.code === CloseCode.overloaded);
}

/** Whether the other end closed the connection with this code of {@link CloseCode}. */
export function isPeerClose({ by, application, code }: CloseReason, wanted: number): boolean {
  return by === "peer" && application && code === wanted;
}

/** What both ends log when nothing is heard for that long. */
export function silenceText(ms: number): string {
  return `nothing was heard for ${Math.round(ms / 1000)} s`;
}

/**
 * Why a connection closed, in words; never empty. An error of QUIC itself has the RFC's name too, at both ends.
 *
 * @param idleTimeoutMs how long it tolerates silence
 */
export function closeText(reason: CloseReason, idleTimeoutMs: number = QUIC_LIMITS.idleTimeoutMs): string {
  const { by, application, code, text } = reason;
  if (by === "timeout") return silenceText(idleTimeoutMs);
  if (by === "lost") return text === "" ? "the other end no longer knows it: it restarted" : text;
  const words = text === "" ? (by === "peer" ? "the other end closed it" : "closed here") : text;
  if (application) return text === "" ? `${words}, code ${code}` : text;
  return `${words} (${transportErrorName(code)})`;
}
