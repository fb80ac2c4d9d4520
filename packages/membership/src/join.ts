/** What a newcomer and its inviter say to each other, and what each of them checks. */
import { ISSUER, type Membership, type SignedRecord, signRecord } from "./record.ts";
import { MEMBERSHIP_MAX_DAYS } from "./roster.ts";

const LABEL = "flor join 1";
const DAY_SECONDS = 86_400;
/** How long a membership lasts that says nothing else; issuers renew it in its last third. */
export const MEMBERSHIP_DAYS = 365;

/** 2026-01-01, milliseconds since 1970: no clock of a machine that runs this is earlier. */
export const EARLIEST_MS = 1_767_225_600_000;

/** What the newcomer's key signs: it wants to join this network, as this guest of this inviter. */
export function joinMessage(network: Uint8Array, guest: Uint8Array, inviter: Uint8Array): Uint8Array {
  const label = Uint8Array.from(LABEL, (character) => character.charCodeAt(0));
  const parts = [label, network, guest, inviter];
  const message = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    message.set(part, at);
    at += part.length;
  }
  return message;
}

/** Who is to be a member, for how long. */
export interface MembershipWish {
  /** 64 hexadecimal digits each. */
  readonly network: string;
  readonly signer: string;
  readonly key: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** @default {@link MEMBERSHIP_DAYS} */
  readonly days?: number;
  /** When it became a member, seconds since 1970. @default now */
  readonly since?: number;
}

/** Signs a membership as of now; `unixMs`: the wall clock. @throws RangeError when a name, a role or the time is none */
export function issueMembership(
  wish: MembershipWish,
  sign: (octets: Uint8Array) => Uint8Array,
  unixMs: number,
): SignedRecord {
  const { network, signer, key, name, days = MEMBERSHIP_DAYS } = wish;
  if (days < 1 || days > MEMBERSHIP_MAX_DAYS)
    throw new RangeError(`a membership lasts 1 to ${MEMBERSHIP_MAX_DAYS} days, not ${days}`);
  const now = Math.floor(unixMs / 1000);
  const membership: Membership = {
    kind: "membership",
    network,
    signer,
    issued: Math.floor(unixMs),
    key,
    name,
    roles: [...new Set(wish.roles)].toSorted(),
    notBefore: Math.min(wish.since ?? now, now),
    notAfter: now + Math.floor(days * DAY_SECONDS),
  };
  return signRecord(membership, sign);
}

/** Signs the end of a key's membership; `issued`: all memberships up to then are void. */
export function issueRevocation(
  { network, signer, key, reason }: { network: string; signer: string; key: string; reason: string },
  sign: (octets: Uint8Array) => Uint8Array,
  issued: number,
): SignedRecord {
  return signRecord({ kind: "revocation", network, signer, issued: Math.floor(issued), key, reason }, sign);
}

/** Whether an issuer should renew a membership now: two thirds of its time are over. */
export function isRenewalDue({ issued, notAfter, roles }: Membership, unixMs: number): boolean {
  const lifetime = notAfter * 1000 - issued;
  return !roles.includes(ISSUER) && unixMs > issued + (2 * lifetime) / 3 && unixMs < notAfter * 1000;
}
