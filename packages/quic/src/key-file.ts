import { base64 } from "@scure/base";
import { KEY_OCTETS, type Identity } from "./identity.ts";

/** The DER of RFC 8410 section 7 up to the seed: PrivateKeyInfo, version 0, id-Ed25519, OCTET STRING in OCTET STRING. */
const PKCS8_HEADER = Uint8Array.of(
  0x30,
  0x2e,
  0x02,
  0x01,
  0x00,
  0x30,
  0x05,
  0x06,
  0x03,
  0x2b,
  0x65,
  0x70,
  0x04,
  0x22,
  0x04,
  0x20,
);
const PEM = /^-----BEGIN PRIVATE KEY-----\s+([A-Za-z0-9+/=]+)\s+-----END PRIVATE KEY-----\s*$/;

/** The PKCS#8 DER of the identity's key (RFC 8410): secret. */
export function encodePrivateKey(identity: Pick<Identity, "seed">): Uint8Array {
  const der = new Uint8Array(PKCS8_HEADER.length + KEY_OCTETS);
  der.set(PKCS8_HEADER);
  der.set(identity.seed, PKCS8_HEADER.length);
  return der;
}

/** The text of the identity's key file, PKCS#8 PEM, as `openssl genpkey -algorithm ed25519` writes it: secret. */
export function encodeKeyFile(identity: Pick<Identity, "seed">): string {
  return `-----BEGIN PRIVATE KEY-----\n${base64.encode(encodePrivateKey(identity))}\n-----END PRIVATE KEY-----\n`;
}

/** The seed in a key file's text, 32 octets, or `undefined` when it holds no plain Ed25519 key. */
export function decodeKeyFile(text: string): Uint8Array | undefined {
  const body = PEM.exec(text.trim())?.[1];
  if (body === undefined) return undefined;
  const der = decodeBase64(body);
  if (der === undefined || der.length !== PKCS8_HEADER.length + KEY_OCTETS) return undefined;
  return PKCS8_HEADER.every((octet, at) => der[at] === octet) ? der.slice(PKCS8_HEADER.length) : undefined;
}

function decodeBase64(text: string): Uint8Array | undefined {
  try {
    return base64.decode(text);
  } catch {
    return undefined;
  }
}
