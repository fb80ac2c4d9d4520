import type { Socks5CloseReason } from "./close-reason.ts";

const SOCKS4_VERSION = 0x04;
const SOCKS4_REJECTED = 0x5b;
/** ContentType handshake, RFC 8446 section 5.1. */
const TLS_HANDSHAKE = 0x16;
/** First letters of the methods of RFC 9110 section 9 and of PATCH (RFC 5789). */
const HTTP_METHOD_INITIALS = "CDGHOPT";

const HTTP_BODY =
  "This port speaks SOCKS5 (RFC 1928), not HTTP. Set it as the SOCKS5 proxy of the client, not as its HTTP proxy.\n";

/** What a client speaks whose first octet is not SOCKS version 5. */
export function foreignProtocolOf(firstOctet: number): Socks5CloseReason {
  if (firstOctet === SOCKS4_VERSION) return "socks4-client";
  if (firstOctet === TLS_HANDSHAKE) return "tls-client";
  if (HTTP_METHOD_INITIALS.includes(String.fromCharCode(firstOctet))) return "http-client";
  return "version-unsupported";
}

/**
 * The answer to a SOCKS4 request that is refused: version 0, code 0x5B "rejected or failed", port and address that
 * clients ignore. Without it they wait for their own timeout.
 */
export function encodeSocks4Refusal(): Uint8Array {
  return Uint8Array.of(0, SOCKS4_REJECTED, 0, 0, 0, 0, 0, 0);
}

/** An HTTP response (RFC 9112) that tells the person behind an HTTP client what this port is. */
export function encodeHttpRefusal(): Uint8Array {
  const head =
    "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=us-ascii\r\nConnection: close\r\n" +
    `Content-Length: ${HTTP_BODY.length}\r\n\r\n`;
  return Uint8Array.from(head + HTTP_BODY, (character) => character.charCodeAt(0));
}
