/**
 * What authenticates the handshake, after Tor's ExtORPort: an HMAC under the secret of the bootstrap line over a label
 * that names the message, the hashes of the messages before it, and its own octets.
 */
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";

/** Octets of the MAC behind the Envelope. */
export const MAC_OCTETS = 32;

/** Messages that carry a MAC. */
export type HandshakeMessage = "hello" | "welcome" | "ready" | "reject";

/** The MAC of `envelope` (encoded), after the encoded envelopes `before`. */
export function handshakeMac(
  secret: Uint8Array,
  message: HandshakeMessage,
  before: readonly Uint8Array[],
  envelope: Uint8Array,
): Uint8Array {
  const mac = hmac.create(sha256, secret).update(asciiOf(`flor-io/1 ${message}`));
  for (const earlier of before) mac.update(sha256(earlier));
  return mac.update(envelope).digest();
}

/** Whether two MACs are equal, in a time that does not depend on where they differ. */
export function sameMac(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

function asciiOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
