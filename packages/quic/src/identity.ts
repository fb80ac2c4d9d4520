import { ed25519 } from "@noble/curves/ed25519.js";
import { encodeNodeId } from "./node-id.ts";

/** Octets of an Ed25519 seed and of a public key (RFC 8032 section 5.1.5). */
export const KEY_OCTETS = 32;

/** A node's key pair. */
export interface Identity {
  /** Ed25519 seed, 32 octets: secret. */
  readonly seed: Uint8Array;
  /** Ed25519 public key, 32 octets. */
  readonly publicKey: Uint8Array;
  /** The printable id, `flor1…`. */
  readonly id: string;
}

/**
 * The identity that `seed` makes; the seed is copied.
 *
 * @param publicKey the seed's public key, where it is known already: deriving it takes 30 ms the first time
 * @throws RangeError when the seed is not 32 octets
 */
export function createIdentity(seed: Uint8Array, publicKey?: Uint8Array): Identity {
  if (seed.length !== KEY_OCTETS) throw new RangeError(`seed has ${seed.length} octets, an Ed25519 seed has 32`);
  const derived = publicKey ?? ed25519.getPublicKey(seed);
  return { seed: seed.slice(), publicKey: derived, id: encodeNodeId(derived) };
}

/** Signs with one Ed25519 key (RFC 8032); 64 octets. */
export type Signer = (message: Uint8Array) => Uint8Array;

/** Whether a signature is a key's over a message; never throws. {@link verify} is the portable one, and ten times slower. */
export type Verifier = (publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array) => boolean;

/** Signs `message` with Ed25519 (RFC 8032); 64 octets. */
export function sign(identity: Identity, message: Uint8Array): Uint8Array {
  return ed25519.sign(message, identity.seed);
}

/** Whether `signature` is the key's Ed25519 signature over `message`; false for malformed keys and signatures too. */
export function verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    // RFC 8032 rather than ZIP 215: a signature has one valid form, so that flooded copies stay byte-equal.
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
