/**
 * The Ed25519 key of an X.509 certificate (RFC 5280 section 4.1, RFC 8410), read by walking the DER from its front, so
 * that nothing a peer puts into an extension can pass for its key.
 */

const SEQUENCE = 0x30;
const VERSION = 0xa0;
const INTEGER = 0x02;
/** SubjectPublicKeyInfo of an Ed25519 key: id-Ed25519, BIT STRING of 32 octets. */
const SPKI_HEADER = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);
const KEY_OCTETS = 32;

/** The public key in a DER certificate, 32 octets, or `undefined` when it is malformed or of another algorithm. */
export function publicKeyOfCertificate(der: Uint8Array): Uint8Array | undefined {
  const certificate = readElement(der, 0, der.length, SEQUENCE);
  const body = certificate && readElement(der, certificate.start, certificate.end, SEQUENCE);
  if (body === undefined) return undefined;
  let at = body.start;
  const version = readElement(der, at, body.end, VERSION);
  if (version !== undefined) at = version.end;
  // serialNumber, signature, issuer, validity, subject
  for (const tag of [INTEGER, SEQUENCE, SEQUENCE, SEQUENCE, SEQUENCE]) {
    const element = readElement(der, at, body.end, tag);
    if (element === undefined) return undefined;
    at = element.end;
  }
  const end = at + SPKI_HEADER.length + KEY_OCTETS;
  if (end > body.end || !SPKI_HEADER.every((octet, index) => der[at + index] === octet)) return undefined;
  return der.slice(end - KEY_OCTETS, end);
}

/** Where the content of one DER element starts and ends. */
interface Element {
  readonly start: number;
  readonly end: number;
}

function readElement(der: Uint8Array, at: number, limit: number, tag: number): Element | undefined {
  if (at + 2 > limit || der[at] !== tag) return undefined;
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return within(at + 2, first, limit);
  const lengthOctets = first & 0x7f;
  // Indefinite lengths are not DER; four octets and more are no certificate.
  if (lengthOctets === 0 || lengthOctets > 3 || at + 2 + lengthOctets > limit) return undefined;
  let length = 0;
  for (let index = 0; index < lengthOctets; index += 1) length = length * 256 + (der[at + 2 + index] ?? 0);
  return within(at + 2 + lengthOctets, length, limit);
}

function within(start: number, length: number, limit: number): Element | undefined {
  return start + length <= limit ? { start, end: start + length } : undefined;
}
