/**
 * The records that a roster holds: one membership and one rotation of a key, of its revocations one by each side, and what
 * shows that it was an issuer.
 */
import { ISSUER, type Membership, type Revocation, type Rotation, type SignedRecord } from "./record.ts";

/** Former issuers of one network of which it is kept that they were. */
export const FORMER_ISSUERS_MAX = 1024;

/** A record with its signature. */
export interface Held<Kind extends Membership | Revocation | Rotation> {
  readonly record: Kind;
  readonly signed: SignedRecord;
}

/** The revocations of one key; the root's word weighs more. */
export interface Revoked {
  readonly root?: Held<Revocation>;
  readonly issuer?: Held<Revocation>;
}

/** See the head of this file. */
export class HeldRecords {
  readonly byId: Map<string, SignedRecord> = new Map();
  /** By key. */
  readonly memberships: Map<string, Held<Membership>> = new Map();
  /** By key: the membership that made it an issuer until it was revoked or ended. It makes nobody a member. */
  readonly former: Map<string, Held<Membership>> = new Map();
  /** By key. */
  readonly revocations: Map<string, Revoked> = new Map();
  /** By the old key. */
  readonly rotations: Map<string, Held<Rotation>> = new Map();

  /** Holds a membership in place of the key's earlier one. */
  putMembership(record: Membership, signed: SignedRecord): void {
    this.#put(this.memberships, record.key, { record, signed });
  }

  /** Holds a membership as one of a former issuer, in place of the key's earlier one, or of the one held for longest. */
  putFormer(record: Membership, signed: SignedRecord): void {
    const [oldest] = this.former.values();
    if (this.former.size >= FORMER_ISSUERS_MAX && !this.former.has(record.key) && oldest !== undefined)
      this.forget(oldest.signed.id);
    this.#put(this.former, record.key, { record, signed });
  }

  /** From now on a membership only shows that its key was an issuer. */
  retire({ record, signed }: Held<Membership>): void {
    this.forget(signed.id);
    this.putFormer(record, signed);
  }

  /** Whether a revocation is held that the key signed. */
  hasRevocationBy(key: string): boolean {
    for (const { issuer } of this.revocations.values()) if (issuer?.record.signer === key) return true;
    return false;
  }

  putRotation(record: Rotation, signed: SignedRecord): void {
    this.#put(this.rotations, record.signer, { record, signed });
  }

  /** Holds a revocation in place of the same side's earlier one. */
  putRevocation(side: keyof Revoked, record: Revocation, signed: SignedRecord): void {
    const beside = this.revocations.get(record.key);
    const before = beside?.[side];
    if (before !== undefined) this.byId.delete(before.signed.id);
    this.byId.set(signed.id, signed);
    this.revocations.set(record.key, { ...beside, [side]: { record, signed } });
  }

  /**
   * Forgets one membership that has ended, or else one that a former issuer signed, to make room for one of another signer;
   * false when there is none.
   */
  makeRoomFor({ signer }: Membership, unixMs: number): boolean {
    const all = [...this.memberships.values()];
    const ended = all.find(({ record }) => record.notAfter * 1000 < unixMs);
    const least =
      ended ?? (this.former.has(signer) ? undefined : all.find(({ record }) => this.former.has(record.signer)));
    if (least === undefined) return false;
    if (least.record.roles.includes(ISSUER)) this.retire(least);
    else this.forget(least.signed.id);
    return true;
  }

  /** Forgets an issuer's oldest revocation, to make room for the root's; false when there is none. */
  makeRoomForRoot(): boolean {
    for (const { root, issuer } of this.revocations.values()) {
      if (root !== undefined || issuer === undefined) continue;
      this.forget(issuer.signed.id);
      return true;
    }
    return false;
  }

  forget(id: string): void {
    const record = this.byId.get(id)?.record;
    this.byId.delete(id);
    if (record?.kind === "membership")
      for (const held of [this.memberships, this.former])
        if (held.get(record.key)?.signed.id === id) held.delete(record.key);
    if (record?.kind === "rotation") this.rotations.delete(record.signer);
    if (record?.kind !== "revocation") return;
    const { root, issuer } = this.revocations.get(record.key) ?? {};
    const left = root?.signed.id === id ? issuer && { issuer } : root && { root };
    if (left === undefined) this.revocations.delete(record.key);
    else this.revocations.set(record.key, left);
  }

  #put<Kind extends Membership | Rotation>(into: Map<string, Held<Kind>>, key: string, held: Held<Kind>): void {
    const before = into.get(key);
    if (before !== undefined) this.byId.delete(before.signed.id);
    into.set(key, held);
    this.byId.set(held.signed.id, held.signed);
  }
}
