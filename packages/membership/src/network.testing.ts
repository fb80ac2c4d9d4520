/** Networks for tests. */
import { keyOf, signAs, verifyAs } from "@flor/testkit/made-keys";
import { hexOf } from "./octets.ts";
import { issueMembership, issueRevocation } from "./join.ts";
import { consentMessage, ISSUER, type SignedRecord, signRecord } from "./record.ts";
import { Roster } from "./roster.ts";

export { keyOf, signAs };

/** A moment of the tests' wall clock, milliseconds. */
export const T0 = 1_800_000_000_000;
export const DAY_MS = 86_400_000;

export const hexKey = (n: number): string => hexOf(keyOf(n));

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

/** The key of one number asks to be replaced by that of another. */
export function rotation(from: number, to: number, at: number = T0): SignedRecord {
  const wish = { network: hexKey(ROOT), signer: hexKey(from), key: hexKey(to), issued: at };
  return signRecord({ kind: "rotation", ...wish, consent: signAs(keyOf(to), consentMessage(wish)) }, signerOf(from));
}
