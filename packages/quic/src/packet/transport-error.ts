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
  [transportError.transportParameter, "transport parameters are malformed, or not those of this handshake"],
  [transportError.connectionIdLimit, "more connection ids than were allowed"],
  [transportError.protocolViolation, "frame breaks the protocol"],
  [transportError.cryptoBufferExceeded, "too much of the handshake out of order"],
]);

/** What the peer did that ends its connection with `code`, for the reason of the close. */
export function meaningOf(code: number): string {
  return MEANINGS.get(code) ?? "frame is refused";
}

/** Names of RFC 9000 section 20.1, in order. */
const NAMES: readonly string[] = [
  "NO_ERROR",
  "INTERNAL_ERROR",
  "CONNECTION_REFUSED",
  "FLOW_CONTROL_ERROR",
  "STREAM_LIMIT_ERROR",
  "STREAM_STATE_ERROR",
  "FINAL_SIZE_ERROR",
  "FRAME_ENCODING_ERROR",
  "TRANSPORT_PARAMETER_ERROR",
  "CONNECTION_ID_LIMIT_ERROR",
  "PROTOCOL_VIOLATION",
  "INVALID_TOKEN",
  "APPLICATION_ERROR",
  "CRYPTO_BUFFER_EXCEEDED",
  "KEY_UPDATE_ERROR",
  "AEAD_LIMIT_REACHED",
  "NO_VIABLE_PATH",
];
const ALERTS = 0x100;

/** The RFC's name of a transport error code, for people: `FLOW_CONTROL_ERROR`, `CRYPTO_ERROR 0x174`. */
export function transportErrorName(code: number): string {
  const isAlert = code >= transportError.crypto && code < transportError.crypto + ALERTS;
  if (isAlert) return `CRYPTO_ERROR 0x${code.toString(16)}`;
  return NAMES[code] ?? `error 0x${code.toString(16)}`;
}
