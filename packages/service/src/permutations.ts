import { sha256 } from "@noble/hashes/sha2.js";
import type { Permutation } from "./maglev-table.ts";

/**
 * A backend's permutation: the first four octets of SHA-256(key ‖ 0 ‖ service), big-endian, modulo the size, are where
 * it starts; the next four modulo size − 1, plus one, how it steps. Every ingress computes the same.
 */
export function permutationOf(key: string, service: string, weight: number, size: number): Permutation {
  const digest = sha256(asciiOf(`${key}\u0000${service}`));
  const view = new DataView(digest.buffer, digest.byteOffset);
  return { offset: view.getUint32(0) % size, skip: (view.getUint32(4) % (size - 1)) + 1, weight };
}

/** The seed of a service's flow keys: octets 0 to 3 of SHA-256(service), big-endian. */
export function seedOf(service: string): number {
  const digest = sha256(asciiOf(service));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0);
}

/** Keys and names are ASCII; any other character becomes a zero octet. */
function asciiOf(text: string): Uint8Array {
  const octets = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    octets[at] = code < 0x80 ? code : 0;
  }
  return octets;
}
