/** The little of DER (ITU-T X.690) and of X.509 (RFC 5280) that certificates of nodes are written with. */
import { base64 } from "@scure/base";
import { encodeAscii } from "./ascii.ts";

/** DER tags. */
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const UTC_TIME = 0x17;
const GENERALIZED_TIME = 0x18;
export const SEQUENCE = 0x30;
const SET = 0x31;
const EXPLICIT_0 = 0xa0;

/** AlgorithmIdentifier of id-Ed25519, 1.3.101.112. */
export const ED25519: Uint8Array = Uint8Array.of(0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70);
/** The attribute type commonName, 2.5.4.3. */
const COMMON_NAME = Uint8Array.of(0x06, 0x03, 0x55, 0x04, 0x03);
/** Of every certificate here. */
export const VERSION_3: Uint8Array = element(EXPLICIT_0, element(INTEGER, Uint8Array.of(2)));
export const SERIAL_NUMBER: Uint8Array = element(INTEGER, Uint8Array.of(1));

/** A name of one attribute. */
export function commonName(text: string): Uint8Array {
  const attribute = element(SEQUENCE, COMMON_NAME, element(UTF8_STRING, encodeAscii(text)));
  return element(SEQUENCE, element(SET, attribute));
}

/** `YYYYMMDDHHMMSSZ`, for dates from 2050 on. */
export function generalizedTime(text: string): Uint8Array {
  return element(GENERALIZED_TIME, encodeAscii(text));
}

/** `YYMMDDHHMMSSZ`, for dates before 2050. */
export function utcTime(text: string): Uint8Array {
  return element(UTC_TIME, encodeAscii(text));
}

/** Whole octets. */
export function bitString(octets: Uint8Array): Uint8Array {
  return element(BIT_STRING, Uint8Array.of(0), octets);
}

/** One DER element, definite length, below 64 KiB. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const header =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  const out = new Uint8Array(header.length + length);
  out.set(header);
  let at = header.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** RFC 7468. */
export function encodePem(label: string, der: Uint8Array): Uint8Array {
  const lines = base64.encode(der).replaceAll(/.{64}/g, "$&\n").trimEnd();
  return encodeAscii(`-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`);
}
