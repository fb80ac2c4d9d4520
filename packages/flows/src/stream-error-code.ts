/** Application error codes of flor streams, in RESET_STREAM and STOP_SENDING (RFC 9000 section 20.2). */
export const StreamErrorCode = {
  /** The TCP connection at this end was reset, or is gone. */
  connectionReset: 0x01,
  /** The preface was malformed. */
  malformedPreface: 0x02,
  /** The session is not one whose streams are served: its server opened this one. */
  notServed: 0x03,
  /** Its reader stalled, and the session's memory was used up. */
  stalled: 0x04,
} as const;
