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

const MEANINGS: ReadonlyMap<number, string> = new Map([
  [transportError.internal, "too many gaps in a stream"],
  [transportError.flowControl, "more octets than were allowed"],
  [transportError.streamLimit, "more streams than were allowed"],
  [transportError.streamState, "frame of a stream that it cannot be of"],
  [transportError.finalSize, "a stream's end moved"],
  [transportError.frameEncoding, "frame is malformed"],
  [transportError.connectionIdLimit, "more connection ids than were allowed"],
  [transportError.protocolViolation, "frame breaks the protocol"],
  [transportError.cryptoBufferExceeded, "too much of the handshake out of order"],
]);

/** What a frame did that ends its connection with `code`, for the reason of the close. */
export function meaningOf(code: number): string {
  return MEANINGS.get(code) ?? "frame is refused";
}
