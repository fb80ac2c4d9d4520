import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { encodeAscii } from "./ascii.ts";
import type { Identity } from "./identity.ts";

/** Octets of an admission key. */
export const ADMISSION_KEY_OCTETS = 32;

/**
 * X25519 (RFC 7748) of a secret and a public key, 32 octets each.
 *
 * @throws when the result is all zeros, which is what keys of low order give (section 6.1)
 */
export type Agreement = (secret: Uint8Array, publicKey: Uint8Array) => Uint8Array;

const LABEL = encodeAscii("flor admission 1");

/**
 * The secret that two nodes share before they ever spoke: X25519 (RFC 7748) of their Ed25519 keys, through
 * HKDF-SHA256 with both public keys, the smaller first. About a millisecond with the portable agreement: keep the result.
 *
 * @param agree a host's own; the default is portable
 * @returns 32 octets, or `undefined` when the peer's key is no curve point or of low order
 */
export function admissionKey(
  identity: Identity,
  peerPublicKey: Uint8Array,
  agree: Agreement = x25519.getSharedSecret,
): Uint8Array | undefined {
  const shared = staticSecret(identity, peerPublicKey, agree);
  if (shared === undefined) return undefined;
  const [first, second] = isBefore(identity.publicKey, peerPublicKey)
    ? [identity.publicKey, peerPublicKey]
    : [peerPublicKey, identity.publicKey];
  const info = new Uint8Array(first.length + second.length);
  info.set(first);
  info.set(second, first.length);
  return hkdf(sha256, shared, LABEL, info, ADMISSION_KEY_OCTETS);
}

function staticSecret(identity: Identity, peerPublicKey: Uint8Array, agree: Agreement): Uint8Array | undefined {
  try {
    return agree(ed25519.utils.toMontgomerySecret(identity.seed), ed25519.utils.toMontgomery(peerPublicKey));
  } catch {
    return undefined;
  }
}

function isBefore(a: Uint8Array, b: Uint8Array): boolean {
  for (let at = 0; at < a.length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return true;
}
