/** The records that a roster holds: one membership and one rotation of a key, and of its revocations one by each side. */
import type { Membership, Revocation, Rotation, SignedRecord } from "./record.ts";

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
  /** By key. */
  readonly revocations: Map<string, Revoked> = new Map();
  /** By the old key. */
  readonly rotations: Map<string, Held<Rotation>> = new Map();

  /** Holds a membership in place of the key's earlier one. */
  putMembership(record: Membership, signed: SignedRecord): void {
    this.#put(this.memberships, record.key, { record, signed });
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

  /** Forgets one membership that has ended, to make room; false when there is none. */
  makeRoom(unixMs: number): boolean {
    for (const { record, signed } of this.memberships.values()) {
      if (record.notAfter * 1000 >= unixMs) continue;
      this.forget(signed.id);
      return true;
    }
    return false;
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
    if (record?.kind === "membership") this.memberships.delete(record.key);
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
