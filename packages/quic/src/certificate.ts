import { base64 } from "@scure/base";
import { encodeAscii } from "./ascii.ts";
import { sign, type Identity } from "./identity.ts";
import { encodeKeyFile } from "./key-file.ts";

/** What TLS needs of a node: a self-signed certificate and its key, PEM. */
export interface Credentials {
  readonly certificatePem: Uint8Array;
  /** Secret. */
  readonly keyPem: Uint8Array;
}

/** The certificate of an identity, self-signed (RFC 5280, RFC 8410), subject CN = its id, and its key. About 2 ms. */
export function createCredentials(identity: Identity): Credentials {
  return {
    certificatePem: encodePem("CERTIFICATE", encodeCertificate(identity)),
    keyPem: encodeAscii(encodeKeyFile(identity)),
  };
}

/** DER tags. */
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
const SEQUENCE = 0x30;
const SET = 0x31;
const EXPLICIT_0 = 0xa0;

/** AlgorithmIdentifier of id-Ed25519, 1.3.101.112. */
const ED25519 = Uint8Array.of(0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70);
/** The attribute type commonName, 2.5.4.3. */
const COMMON_NAME = Uint8Array.of(0x06, 0x03, 0x55, 0x04, 0x03);
const VERSION_3 = element(EXPLICIT_0, element(INTEGER, Uint8Array.of(2)));
const SERIAL_NUMBER = element(INTEGER, Uint8Array.of(1));
// Nobody checks the dates: the pin is the identity, and a node without a clock must still come up.
const VALIDITY = element(SEQUENCE, generalizedTime("20200101000000Z"), generalizedTime("99991231235959Z"));

// Every field of a node's certificate is fixed or its key, so thirty lines stand in for an ASN.1 library.
function encodeCertificate(identity: Identity): Uint8Array {
  const name = commonName(identity.id);
  const publicKey = element(SEQUENCE, ED25519, bitString(identity.publicKey));
  const body = element(SEQUENCE, VERSION_3, SERIAL_NUMBER, ED25519, name, VALIDITY, name, publicKey);
  return element(SEQUENCE, body, ED25519, bitString(sign(identity, body)));
}

function commonName(text: string): Uint8Array {
  const attribute = element(SEQUENCE, COMMON_NAME, element(UTF8_STRING, encodeAscii(text)));
  return element(SEQUENCE, element(SET, attribute));
}

function generalizedTime(text: string): Uint8Array {
  return element(GENERALIZED_TIME, encodeAscii(text));
}

function bitString(octets: Uint8Array): Uint8Array {
  return element(BIT_STRING, Uint8Array.of(0), octets);
}

/** One DER element, definite length, below 64 KiB. */
function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
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

function encodePem(label: string, der: Uint8Array): Uint8Array {
  const lines = base64.encode(der).replaceAll(/.{64}/g, "$&\n").trimEnd();
  return encodeAscii(`-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`);
}
