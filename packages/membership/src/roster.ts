/**
 * Who belongs to one network, by its records: what a node holds, what it takes, and what follows from it now.
 *
 *   root ──signs──▶ issuer's membership ──signs──▶ membership        revocation: by the root or an issuer, the root's
 *        └─────────────────signs──────────────────▶ membership       alone for an issuer
 *
 * What a roster holds does not depend on the order in which records arrive, so all nodes come to hold the same.
 */
import { DropCounters } from "@flor/machine";
import { type Held, HeldRecords } from "./held-records.ts";
import { hexOf, octetsOfHex } from "./octets.ts";
import {
  consentMessage,
  ISSUER,
  type Membership,
  parseRecord,
  rankOf,
  type Revocation,
  type Rotation,
  signatureOf,
  type SignedRecord,
} from "./record.ts";
import { CLOCK_TOLERANCE_SECONDS, ROTATION_OVERLAP_SECONDS, Standing } from "./standing.ts";

/** Members of one network at most. */
export const MEMBERS_MAX = 4096;
/** Keys with a revocation at most. */
export const REVOCATIONS_MAX = 4096;
/** Keys whose owner asked for another one, at most. */
export const ROTATIONS_MAX = 1024;
/** A membership lasts no longer than this from when it was issued: a revocation must be kept as long. */
export const MEMBERSHIP_MAX_DAYS = 400;

const DAY_SECONDS = 86_400;
const DAY_MS = 86_400_000;

/** Why a record was not taken. */
export const MEMBERSHIP_REFUSALS = [
  "malformed",
  "other-network",
  "unknown-issuer",
  "not-an-issuer",
  "forged",
  "expired",
  "too-long",
  "from-the-future",
  "revoked",
  "older",
  "conflict",
  "unknown-member",
  "full",
] as const;
/** See {@link MEMBERSHIP_REFUSALS}. */
export type MembershipRefusal = (typeof MEMBERSHIP_REFUSALS)[number];

/** What became of a record. "known": it is held already. */
export type Taken = "fresh" | "known" | MembershipRefusal;

/** A member as it is now. */
export interface Member {
  /** 64 hexadecimal digits. */
  readonly key: string;
  readonly publicKey: Uint8Array;
  /** Its own among all members: the later of two with one name is told apart by its key, as `anna~1f2e3d4c`. */
  readonly name: string;
  readonly roles: readonly string[];
  readonly membership: Membership;
  /** The key that its owner will use from now on: both are members for a day. */
  readonly successor: string | undefined;
}

/** Options of a {@link Roster}. */
export interface RosterOptions {
  /** The network's root key, 32 octets. */
  readonly root: Uint8Array;
  readonly verify: (publicKey: Uint8Array, octets: Uint8Array, signature: Uint8Array) => boolean;
  /** Where refusals are counted. @default its own */
  readonly refusals?: DropCounters<MembershipRefusal>;
}

/** What another record may make good that comes behind. */
const WAITING: ReadonlySet<Taken> = new Set(["unknown-issuer", "not-an-issuer", "unknown-member", "revoked"]);

/** See the head of this file. */
export class Roster {
  /** The root key as 64 hexadecimal digits: the network's id. */
  readonly network: string;
  readonly refusals: DropCounters<MembershipRefusal>;
  verifications = 0;
  /** The record that was "fresh" last. */
  lastFresh: SignedRecord | undefined;
  readonly #verify: RosterOptions["verify"];
  readonly #held = new HeldRecords();
  readonly #standing: Standing;

  constructor({ root, verify, refusals }: RosterOptions) {
    this.network = hexOf(root);
    this.#standing = new Standing(this.network, this.#held);
    this.refusals = refusals ?? new DropCounters(MEMBERSHIP_REFUSALS);
    this.#verify = verify;
  }

  /** All records held, by their ids. */
  get records(): ReadonlyMap<string, SignedRecord> {
    return this.#held.byId;
  }

  /** Takes a record's octets; what it refuses is counted. `unixMs`: the wall clock. */
  take(octets: Uint8Array, unixMs: number): Taken {
    const signed = parseRecord(octets);
    const taken = signed === undefined ? "malformed" : this.#take(signed, unixMs);
    if (taken === "fresh") this.lastFresh = signed;
    else if (taken !== "known") this.refusals.add(taken);
    return taken;
  }

  /**
   * Takes what was held before, whatever its order: issuers may stand behind those whom they let in. Counts nothing, and does
   * not ask when it was signed: the clock of a machine that starts may be wrong.
   */
  restore(records: readonly Uint8Array[], unixMs: number): void {
    let left = records
      .flatMap((octets) => parseRecord(octets) ?? [])
      .toSorted((a, b) => rankOf(a.record) - rankOf(b.record));
    for (let before = Infinity; left.length < before;) {
      before = left.length;
      left = left.filter((signed) => WAITING.has(this.#takeOfAnyTime(signed, unixMs)));
    }
  }

  /** The members as of now, those with undisputed names first; `unixMs`: the wall clock. */
  members(unixMs: number): readonly Member[] {
    const now = unixMs / 1000;
    const current = [...this.#held.memberships.values()]
      .map(({ record }) => record)
      .filter((one) => this.#standing.isValid(one, now));
    const names = new Set<string>();
    return current
      .toSorted((a, b) => this.#standing.precedence(a, b))
      .map((membership) => {
        const { key, roles } = membership;
        const name = names.has(membership.name) ? `${membership.name}~${key.slice(0, 8)}` : membership.name;
        names.add(name);
        return { key, publicKey: octetsOfHex(key), name, roles, membership, successor: this.successorOf(key) };
      });
  }

  /** The key of the member that {@link members} calls so. */
  keyNamed(name: string, unixMs: number): string | undefined {
    const bare = name.replace(/~[0-9a-f]{8}$/, "");
    const namesakes = [...this.#held.memberships.values()]
      .map(({ record }) => record)
      .filter((record) => record.name === bare && this.#standing.isValid(record, unixMs / 1000))
      .toSorted((a, b) => this.#standing.precedence(a, b));
    const [first, ...others] = namesakes;
    return name === bare ? first?.key : others.find(({ key }) => name === `${bare}~${key.slice(0, 8)}`)?.key;
  }

  /** The membership held of a key, valid or not. */
  membershipOf(key: string): Membership | undefined {
    return this.#held.memberships.get(key)?.record;
  }

  /**
   * What shows to somebody who knows the root alone that a key is a member or, if it is none, that it was revoked: the
   * record, and in front of it its issuer's membership, and the revocation of an issuer that is one no more. Empty: nothing
   * is held of it.
   */
  proofOf(key: string): readonly Uint8Array[] {
    const { root, issuer } = this.#held.revocations.get(key) ?? {};
    const held = this.#held.memberships.get(key) ?? root ?? issuer;
    if (held === undefined) return [];
    return [...this.#issuershipShown(held.record.signer), held].map(({ signed }) => signed.octets);
  }

  /** Whether a key is a member now. */
  isMember(key: string, unixMs: number): boolean {
    const held = this.#held.memberships.get(key);
    return held !== undefined && this.#standing.isValid(held.record, unixMs / 1000);
  }

  /** Keys of the members with a role, in the order in which they became members. */
  withRole(role: string, unixMs: number): readonly string[] {
    return [...this.#held.memberships.values()]
      .filter(({ record }) => record.roles.includes(role) && this.#standing.isValid(record, unixMs / 1000))
      .toSorted((a, b) => a.record.notBefore - b.record.notBefore || (a.record.key < b.record.key ? -1 : 1))
      .map(({ record }) => record.key);
  }

  /** Whether a key was revoked, by itself or with the one that took its place, and has not been let in again. */
  revocationOf(key: string): Revocation | undefined {
    return this.#standing.revocationOf(key);
  }

  /** The key that took the place of another, once an issuer has signed it; `undefined`: none did. */
  successorOf(key: string): string | undefined {
    return this.#standing.successorOf(key);
  }

  /** The key that its owner has by now: the last of those that took its place one after another. */
  newestOf(key: string): string {
    return this.#standing.newestOf(key);
  }

  /** When its owner asked for another key in its place, milliseconds since 1970; `undefined`: it did not. */
  rotationOf(key: string): number | undefined {
    return this.#held.rotations.get(key)?.record.issued;
  }

  /** Whether a key may sign memberships now. */
  isIssuer(key: string, unixMs: number): boolean {
    if (key === this.network) return true;
    const held = this.#held.memberships.get(key)?.record;
    return held !== undefined && this.#standing.isIssuerMembership(held) && this.#standing.isValid(held, unixMs / 1000);
  }

  /** Keys whose owners asked for another one that is no member yet. */
  *pendingRotations(unixMs: number): IterableIterator<Rotation> {
    for (const { record } of this.#held.rotations.values()) {
      const isRecent = unixMs - record.issued < ROTATION_OVERLAP_SECONDS * 1000;
      // A revocation is not undone by what was asked for before it.
      const isOpen = !this.#held.memberships.has(record.key) && !this.#held.revocations.has(record.key);
      if (isRecent && isOpen && this.isMember(record.signer, unixMs)) yield record;
    }
  }

  /** When the next member begins or ends to be one, milliseconds since 1970; Infinity: none does. */
  nextChange(unixMs: number): number {
    let next = Infinity;
    const consider = (at: number): void => {
      if (at > unixMs && at < next) next = at;
    };
    for (const { record } of this.#held.memberships.values()) {
      consider((record.notBefore - CLOCK_TOLERANCE_SECONDS) * 1000);
      consider((record.notAfter + CLOCK_TOLERANCE_SECONDS) * 1000);
    }
    for (const { record } of this.#held.rotations.values()) consider(record.issued + ROTATION_OVERLAP_SECONDS * 1000);
    return next;
  }

  /** When the newest record was signed, milliseconds since 1970; -Infinity: none is held. */
  get newest(): number {
    let newest = -Infinity;
    for (const { record } of this.#held.byId.values()) newest = Math.max(newest, record.issued);
    return newest;
  }

  /** Forgets what is over for good; the ids of what went. */
  sweep(unixMs: number): readonly string[] {
    const gone: string[] = [];
    const over = [...this.#held.byId.values()].filter(({ record }) => isOver(record, unixMs));
    for (const signed of over) {
      const { record, id } = signed;
      // What it revoked stays revoked, also after the node starts again.
      const isShown =
        record.kind === "membership" &&
        this.#standing.isIssuerMembership(record) &&
        this.#held.hasRevocationBy(record.key);
      if (!isShown) {
        this.#held.forget(id);
        gone.push(id);
      } else if (this.#held.memberships.get(record.key)?.signed === signed) this.#held.retire({ record, signed });
    }
    return gone;
  }

  #take(signed: SignedRecord, unixMs: number): Taken {
    const { record } = signed;
    if (record.network !== this.network) return "other-network";
    if (this.#held.byId.has(signed.id)) return "known";
    if (record.issued > unixMs + CLOCK_TOLERANCE_SECONDS * 1000) return "from-the-future";
    if (isOver(record, unixMs)) return "expired";
    // By then nobody can tell any more whether it is new and dated back.
    const issuership = record.kind === "rotation" ? undefined : this.#standing.issuershipOf(record.signer);
    if (issuership !== undefined && isOver(issuership, unixMs)) return "unknown-issuer";
    return this.#takeOfAnyTime(signed, unixMs);
  }

  #takeOfAnyTime(signed: SignedRecord, unixMs: number): Taken {
    const { record } = signed;
    if (record.network !== this.network) return "other-network";
    if (this.#held.byId.has(signed.id)) return "known";
    if (record.kind === "membership") return this.#takeMembership(record, signed, unixMs);
    return record.kind === "revocation" ? this.#takeRevocation(record, signed) : this.#takeRotation(record, signed);
  }

  #takeMembership(record: Membership, signed: SignedRecord, unixMs: number): Taken {
    if (record.notAfter > record.issued / 1000 + MEMBERSHIP_MAX_DAYS * DAY_SECONDS) return "too-long";
    const refusal = this.#standing.issuerRefusal(record);
    if (refusal !== undefined) return refusal;
    const byRoot = record.signer === this.network;
    if (!byRoot && record.roles.includes(ISSUER)) return "not-an-issuer";
    const { root, issuer } = this.#held.revocations.get(record.key) ?? {};
    const isIssuer = this.#standing.isIssuerMembership(record);
    const former = this.#held.former.get(record.key);
    if ([root, issuer].some((held) => held !== undefined && this.#standing.voids(held.record, record)))
      return isIssuer ? this.#takeFormer(record, signed) : "revoked";
    if (isIssuer && former !== undefined && record.issued < former.record.issued) return "older";
    const before = this.#held.memberships.get(record.key);
    const held = before?.record;
    const wasIssuer = held !== undefined && this.#standing.isIssuerMembership(held);
    if (held !== undefined) {
      // Only the root takes from an issuer what the root gave.
      if (wasIssuer && !byRoot) return "not-an-issuer";
      const isPromotion = isIssuer && !wasIssuer;
      if (record.issued < held.issued && !isPromotion) return "older";
      if (record.issued === held.issued) return "conflict";
    } else if (this.#held.memberships.size >= MEMBERS_MAX && !this.#held.makeRoomFor(record, unixMs)) return "full";
    if (!this.#isSigned(signed)) return "forged";
    const isDemotion = before !== undefined && wasIssuer && !isIssuer;
    if (isDemotion) this.#held.retire(before);
    this.#held.putMembership(record, signed);
    if (isDemotion) this.#forgetSilenced();
    if (isIssuer && former !== undefined) this.#held.forget(former.signed.id);
    return "fresh";
  }

  /** A membership that was revoked still shows that its key was an issuer: what it revoked until then stays revoked. */
  #takeFormer(record: Membership, signed: SignedRecord): Taken {
    const shown = this.#standing.issuershipOf(record.key);
    if (shown !== undefined && shown.issued >= record.issued) return "older";
    if (!this.#isSigned(signed)) return "forged";
    this.#held.putFormer(record, signed);
    return "fresh";
  }

  #takeRevocation(record: Revocation, signed: SignedRecord): Taken {
    const refusal = this.#standing.issuerRefusal(record);
    if (refusal !== undefined) return refusal;
    const side = record.signer === this.network ? "root" : "issuer";
    const beside = this.#held.revocations.get(record.key);
    const held = beside?.[side];
    if (held !== undefined && held.record.issued > record.issued) return "older";
    if (held !== undefined && held.record.issued === record.issued) return "conflict";
    if (beside === undefined && this.#held.revocations.size >= REVOCATIONS_MAX) {
      // At the bound the root's revocation takes the place of an issuer's oldest.
      if (side === "issuer" || !this.#held.makeRoomForRoot()) return "full";
    }
    if (!this.#isSigned(signed)) return "forged";
    this.#held.putRevocation(side, record, signed);
    const voided = this.#held.memberships.get(record.key);
    if (voided !== undefined && this.#standing.voids(record, voided.record)) {
      if (this.#standing.isIssuerMembership(voided.record)) this.#held.retire(voided);
      else this.#held.forget(voided.signed.id);
    }
    this.#forgetSilenced();
    return "fresh";
  }

  #takeRotation(record: Rotation, signed: SignedRecord): Taken {
    if (!this.#held.memberships.has(record.signer)) return "unknown-member";
    const held = this.#held.rotations.get(record.signer);
    if (held !== undefined) return held.record.key === record.key ? "known" : "conflict";
    if (this.#held.rotations.size >= ROTATIONS_MAX) return "full";
    if (!this.#isSigned(signed)) return "forged";
    this.verifications += 1;
    if (!this.#verify(octetsOfHex(record.key), consentMessage(record), record.consent)) return "forged";
    this.#held.putRotation(record, signed);
    this.#forgetSilenced();
    return "fresh";
  }

  /** What shows that a key is an issuer, or was one: never without what shows that it is none any more. */
  #issuershipShown(key: string): readonly Held<Membership | Revocation>[] {
    const [held, former] = [this.#held.memberships.get(key), this.#held.former.get(key)];
    if (former === undefined) return held === undefined ? [] : [held];
    const end = this.#held.revocations.get(key)?.root;
    return end !== undefined && this.#standing.voids(end.record, former.record) ? [end, former] : [];
  }

  #forgetSilenced(): void {
    const ends = new Map<string, number>();
    const silenced: string[] = [];
    for (const { record, id } of this.#held.byId.values()) {
      if (record.kind === "rotation") continue;
      const end = ends.get(record.signer) ?? this.#standing.silencedAfter(record.signer);
      ends.set(record.signer, end);
      if (record.issued > end) silenced.push(id);
    }
    for (const id of silenced) this.#held.forget(id);
  }

  #isSigned(signed: SignedRecord): boolean {
    const { message, signature } = signatureOf(signed);
    this.verifications += 1;
    return this.#verify(octetsOfHex(signed.record.signer), message, signature);
  }
}

/** Nothing follows from it any more, on whatever clock within the tolerance. */
function isOver(record: Membership | Revocation | Rotation, unixMs: number): boolean {
  if (record.kind === "membership") return record.notAfter * 1000 + DAY_MS < unixMs;
  return record.issued + (MEMBERSHIP_MAX_DAYS + 1) * DAY_MS < unixMs;
}
