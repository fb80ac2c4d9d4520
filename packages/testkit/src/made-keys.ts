/**
 * Keys and signatures for tests that need thousands. A "signature" is a checksum that only the key makes; what is under
 * test never looks inside.
 */

/** A made-up public key, different for each number, also in its first octets. */
export function keyOf(n: number): Uint8Array {
  const key = new Uint8Array(32);
  new DataView(key.buffer).setUint32(0, Math.imul(n + 1, 0x9e3779b1) >>> 0);
  new DataView(key.buffer).setUint32(4, n);
  return key;
}

/** "Signs": 64 octets that depend on key and message. */
export function signAs(publicKey: Uint8Array, octets: Uint8Array): Uint8Array {
  let hash = 0x811c9dc5;
  for (const octet of publicKey) hash = Math.imul(hash ^ octet, 0x01000193);
  for (const octet of octets) hash = Math.imul(hash ^ octet, 0x01000193);
  const signature = new Uint8Array(64);
  new DataView(signature.buffer).setUint32(0, hash >>> 0);
  return signature;
}

/** Checks what {@link signAs} made. */
export function verifyAs(publicKey: Uint8Array, octets: Uint8Array, signature: Uint8Array): boolean {
  return signAs(publicKey, octets).every((octet, index) => octet === signature[index]);
}
