/**
 * What follows from the records that a node holds of a network: whose membership is valid now, who is revoked, which key
 * took the place of which. It asks no signatures: a record that is held was signed.
 */
import type { HeldRecords } from "./held-records.ts";
import { ISSUER, type Membership, type RecordHead, type Revocation } from "./record.ts";

/** Clocks may differ by this much. */
export const CLOCK_TOLERANCE_SECONDS = 300;
/** The key before a rotation is a member for this long beside the new one. */
export const ROTATION_OVERLAP_SECONDS = 86_400;

/** Who signed a record, and when it says so. */
type Signed = Pick<RecordHead, "signer" | "issued">;

/** See the head of this file. */
export class Standing {
  /** The root key as 64 hexadecimal digits. */
  readonly #root: string;
  readonly #held: HeldRecords;

  constructor(root: string, held: HeldRecords) {
    this.#root = root;
    this.#held = held;
  }

  /** Whether a key was revoked, by itself or with the one that took its place, and has not been let in again. */
  revocationOf(key: string): Revocation | undefined {
    const held = this.#held.memberships.get(key)?.record;
    const { root, issuer } = this.#held.revocations.get(key) ?? {};
    const own =
      held === undefined
        ? (root ?? issuer)?.record
        : [root?.record, issuer?.record].find((one) => one !== undefined && this.voids(one, held));
    return own ?? this.#revocationBehind(key);
  }

  /** The key that took the place of another, once an issuer has signed it; `undefined`: none did. */
  successorOf(key: string): string | undefined {
    const next = this.#held.rotations.get(key)?.record.key;
    return next !== undefined && this.#held.memberships.has(next) ? next : undefined;
  }

  /** The key that its owner has by now: the last of those that took its place one after another. */
  newestOf(key: string): string {
    const seen = new Set<string>();
    let newest = key;
    for (let next = this.successorOf(newest); next !== undefined && !seen.has(next); next = this.successorOf(newest)) {
      seen.add(newest);
      newest = next;
    }
    return newest;
  }

  /** The root's signature that a key is an issuer, or was one; `undefined`: it is not known to have been. */
  issuershipOf(key: string): Membership | undefined {
    const held = this.#held.memberships.get(key)?.record;
    return held !== undefined && this.isIssuerMembership(held) ? held : this.#held.former.get(key)?.record;
  }

  /**
   * Why a key could not sign a membership or revocation with that date, whatever the time is now; `undefined`: it could. A
   * revocation by the root alone does not show that a key was an issuer.
   */
  issuerRefusal(by: Signed): "unknown-issuer" | "not-an-issuer" | "revoked" | undefined {
    if (by.signer === this.#root) return undefined;
    const issuership = this.issuershipOf(by.signer);
    if (issuership === undefined) return this.#held.memberships.has(by.signer) ? "not-an-issuer" : "unknown-issuer";
    if (by.issued > (issuership.notAfter + CLOCK_TOLERANCE_SECONDS) * 1000) return "not-an-issuer";
    return by.issued > this.silencedAfter(by.signer) ? "revoked" : undefined;
  }

  /**
   * From when on nothing counts that a key signs, milliseconds since 1970: it was revoked then, or a key that took its place
   * was. Infinity: it was not.
   */
  silencedAfter(signer: string): number {
    if (signer === this.#root) return Infinity;
    const ofSigner = this.#held.revocations.get(signer)?.root?.record;
    // The root may have made it an issuer again.
    const isOut = ofSigner !== undefined && (this.issuershipOf(signer)?.issued ?? 0) <= ofSigner.issued;
    const own = isOut ? ofSigner.issued : this.#replacedAt(signer);
    const behind = this.#revocationBehind(signer);
    const ofNext = behind?.signer === this.#root ? behind.issued : Infinity;
    return Math.min(own, ofNext);
  }

  /** Whether a membership lets its key sign others. */
  isIssuerMembership({ signer, roles }: Membership): boolean {
    return signer === this.#root && roles.includes(ISSUER);
  }

  /** Whether a revocation takes a membership away. */
  voids(revocation: Revocation, membership: Membership): boolean {
    return revocation.key === membership.key && this.#outweighs(revocation, membership);
  }

  /** Orders members for their names: who has been one for longer keeps it, a key that replaces another takes it over. */
  precedence(a: Membership, b: Membership): number {
    const replaced = Number(this.#hasSuccessor(a)) - Number(this.#hasSuccessor(b));
    return replaced || a.notBefore - b.notBefore || (a.key < b.key ? -1 : 1);
  }

  /** Whether a membership counts; `now`: seconds since 1970. */
  isValid(membership: Membership, now: number): boolean {
    const { signer, notBefore, notAfter, key } = membership;
    if (now < notBefore - CLOCK_TOLERANCE_SECONDS || now > notAfter + CLOCK_TOLERANCE_SECONDS) return false;
    const rotation = this.#held.rotations.get(key)?.record;
    const isReplaced = rotation !== undefined && this.#hasSuccessor(membership);
    if (isReplaced && now > rotation.issued / 1000 + ROTATION_OVERLAP_SECONDS) return false;
    if (rotation !== undefined && this.#revocationBehind(key) !== undefined) return false;
    if (signer === this.#root) return true;
    const issuer = this.#held.memberships.get(signer)?.record;
    return issuer !== undefined && this.isIssuerMembership(issuer) && this.isValid(issuer, now);
  }

  /** When a former issuer became a plain member within its time, by the root, whose revocation of it is not here yet. */
  #replacedAt(key: string): number {
    const [former, held] = [this.#held.former.get(key)?.record, this.#held.memberships.get(key)?.record];
    if (former === undefined || held === undefined || held.issued > former.notAfter * 1000) return Infinity;
    // When the root did is not known once an issuer signed it again.
    return held.signer === this.#root ? held.issued : former.issued;
  }

  #hasSuccessor({ key }: Membership): boolean {
    return this.successorOf(key) !== undefined;
  }

  #outweighs(revocation: Revocation, membership: Membership): boolean {
    const mayVoid = revocation.signer === this.#root || !this.isIssuerMembership(membership);
    return mayVoid && revocation.issued >= membership.issued;
  }

  /** Of a key that took the place of this one, directly or not: both are the same node's, so the one before is out as well. */
  #revocationBehind(key: string): Revocation | undefined {
    const held = this.#held.memberships.get(key)?.record;
    const seen = new Set([key]);
    for (let next = this.#held.rotations.get(key)?.record.key; next !== undefined && !seen.has(next);) {
      seen.add(next);
      const { root, issuer } = this.#held.revocations.get(next) ?? {};
      const isOut = !this.#held.memberships.has(next);
      for (const one of [root?.record, issuer?.record])
        if (isOut && one !== undefined && (held === undefined || this.#outweighs(one, held))) return one;
      next = this.#held.rotations.get(next)?.record.key;
    }
    return undefined;
  }
}
