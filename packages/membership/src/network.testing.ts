/** Networks for tests. Signatures are a checksum that only the key makes; what is under test never looks inside. */
import { hexOf } from "./octets.ts";
import { issueMembership, issueRevocation } from "./join.ts";
import { ISSUER, type SignedRecord } from "./record.ts";
import { Roster } from "./roster.ts";

/** A moment of the tests' wall clock, milliseconds. */
export const T0 = 1_800_000_000_000;
export const DAY_MS = 86_400_000;

/** A made-up public key, different for each number, also in its first octets. */
export function keyOf(n: number): Uint8Array {
  const key = new Uint8Array(32);
  new DataView(key.buffer).setUint32(0, Math.imul(n + 1, 0x9e3779b1) >>> 0);
  new DataView(key.buffer).setUint32(4, n);
  return key;
}

export const hexKey = (n: number): string => hexOf(keyOf(n));

/** "Signs": 64 octets that depend on key and message. */
export function signAs(publicKey: Uint8Array, octets: Uint8Array): Uint8Array {
  let hash = 0x811c9dc5;
  for (const octet of publicKey) hash = Math.imul(hash ^ octet, 0x01000193);
  for (const octet of octets) hash = Math.imul(hash ^ octet, 0x01000193);
  const signature = new Uint8Array(64);
  new DataView(signature.buffer).setUint32(0, hash >>> 0);
  return signature;
}

const verifyAs = (publicKey: Uint8Array, octets: Uint8Array, signature: Uint8Array): boolean =>
  signAs(publicKey, octets).every((octet, index) => octet === signature[index]);

/** The root's number; issuers and members have others. */
export const ROOT = 0;

export const rosterOf = (root: number = ROOT): Roster => new Roster({ root: keyOf(root), verify: verifyAs });

export const signerOf =
  (n: number) =>
  (octets: Uint8Array): Uint8Array =>
    signAs(keyOf(n), octets);

export interface MembershipOptions {
  readonly by?: number;
  readonly name?: string;
  readonly roles?: readonly string[];
  readonly at?: number;
  readonly days?: number;
  readonly since?: number;
}

/** The membership of the key of that number, by the root unless another is named. */
export function membership(n: number, options: MembershipOptions = {}): SignedRecord {
  const { by = ROOT, name = `node-${n}`, roles = [], at = T0, ...more } = options;
  const wish = { network: hexKey(ROOT), signer: hexKey(by), key: hexKey(n), name, roles, ...more };
  return issueMembership(wish, signerOf(by), at);
}

export const issuer = (n: number, options: MembershipOptions = {}): SignedRecord =>
  membership(n, { roles: [ISSUER], ...options });

export function revocation(n: number, { by = ROOT, at = T0 }: { by?: number; at?: number } = {}): SignedRecord {
  const wish = { network: hexKey(ROOT), signer: hexKey(by), key: hexKey(n), reason: "lost" };
  return issueRevocation(wish, signerOf(by), at);
}
