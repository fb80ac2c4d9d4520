/** Ed25519 (RFC 8032) by OpenSSL: 0.06 ms to sign and 0.15 ms to verify, where portable JavaScript takes 0.3 and 2. */
import { encodeKeyFile, type Identity, type Signer, type Verifier } from "@flor/quic";
import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";

/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself, DER (RFC 8410 section 4). */
const SPKI_HEADER = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);
const KEY_OCTETS = 32;
const SIGNATURE_OCTETS = 64;

/** Signs with the identity's key; the same octets that `sign` of `@flor/quic` gives. */
export function createSigner(identity: Identity): Signer {
  const key = createPrivateKey(encodeKeyFile(identity));
  return (message) => sign(null, message, key);
}

/** Whether `signature` is the key's over `message`; false for malformed keys and signatures too. */
export const verifySignature: Verifier = (publicKey, message, signature) => {
  if (publicKey.length !== KEY_OCTETS || signature.length !== SIGNATURE_OCTETS) return false;
  const spki = new Uint8Array(SPKI_HEADER.length + KEY_OCTETS);
  spki.set(SPKI_HEADER);
  spki.set(publicKey, SPKI_HEADER.length);
  try {
    return verify(null, message, createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }), signature);
  } catch {
    // OpenSSL takes most points that are not on the curve for keys until it verifies, some not.
    return false;
  }
};
