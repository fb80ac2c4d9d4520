/** Transport error codes, RFC 9000 section 20.1. */
export const transportError = {
  none: 0x00,
  internal: 0x01,
  connectionRefused: 0x02,
  flowControl: 0x03,
  streamLimit: 0x04,
  streamState: 0x05,
  finalSize: 0x06,
  frameEncoding: 0x07,
  transportParameter: 0x08,
  connectionIdLimit: 0x09,
  protocolViolation: 0x0a,
  application: 0x0c,
  cryptoBufferExceeded: 0x0d,
  keyUpdate: 0x0e,
  aeadLimitReached: 0x0f,
  /** Plus the TLS alert, RFC 9001 section 4.8. */
  crypto: 0x0100,
} as const;
