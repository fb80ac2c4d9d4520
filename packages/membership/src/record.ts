/**
 * The records of a network (proto/membership.md): who belongs to it, who does no longer, and whose key changed.
 *
 *  0      1         2            4         36        68            76
 *  +------+---------+------------+---------+---------+-------------+------+-----------+
 *  | kind | version | length u16 | network | signer  | issued u64  | body | signature |
 *  |      |    1    | of it all  |   32    |   32    | ms of Unix  |      |    64     |
 *  +------+---------+------------+---------+---------+-------------+------+-----------+
 *
 * Every value has one form, so the same record is the same octets, and its hash is its name.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { hexOf, OctetReader, octetsOfHex, OctetWriter } from "./octets.ts";

/** Octets of a record at most: a membership with the longest name and all roles. */
export const RECORD_MAX_OCTETS = 1024;
/** Roles of one member at most. */
export const ROLES_MAX = 16;
/** Characters of the reason of a revocation at most. */
export const REASON_MAX_CHARACTERS = 128;
/** The role that signs memberships and revocations. */
export const ISSUER = "issuer";

const VERSION = 1;
const KEY_OCTETS = 32;
const SIGNATURE_OCTETS = 64;
const RECORD_NAME_OCTETS = 8;
const HEADER_OCTETS = 76;
const LENGTH_OFFSET = 2;
const KIND = { membership: 1, revocation: 2, rotation: 3 } as const;
const SIGNATURE_LABEL = "flor membership 1";
/** What the new key signs of a rotation. */
const ROTATION_LABEL = "flor rotation 1";
/** A member's or network's name: a label of DNS, in lower case. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const ROLE = /^[a-z0-9](?:[a-z0-9-]{0,29}[a-z0-9])?$/;

/** What all records have. Keys are 64 hexadecimal digits. */
export interface RecordHead {
  /** The network's root key. */
  readonly network: string;
  readonly signer: string;
  /** When it was signed, milliseconds since 1970: of two for the same key the later counts. */
  readonly issued: number;
}

/** A key belongs to the network, under a name. */
export interface Membership extends RecordHead {
  readonly kind: "membership";
  readonly key: string;
  readonly name: string;
  /** Sorted, each once. */
  readonly roles: readonly string[];
  /** From when on, seconds since 1970: when it became a member; stays when the membership is renewed. */
  readonly notBefore: number;
  /** Until when, seconds since 1970. */
  readonly notAfter: number;
}

/** Memberships of a key that were issued no later than this one are void. */
export interface Revocation extends RecordHead {
  readonly kind: "revocation";
  readonly key: string;
  readonly reason: string;
}

/** The owner of the signing key asks for a membership of another key in its place. */
export interface Rotation extends RecordHead {
  readonly kind: "rotation";
  /** The new key. */
  readonly key: string;
  /** By the new key. */
  readonly consent: Uint8Array;
}

/** One record, without its signature. */
export type NetworkRecord = Membership | Revocation | Rotation;

/** A record as it travels. */
export interface SignedRecord {
  readonly record: NetworkRecord;
  /** All of it, at most {@link RECORD_MAX_OCTETS}. */
  readonly octets: Uint8Array;
  /** The first 8 octets of SHA-256 of them, as hexadecimal digits. */
  readonly id: string;
}

/** Whether a text can be a member's or a network's name. */
export function isMemberName(text: string): boolean {
  return NAME.test(text);
}

/** Whether a text can be a role. */
export function isRole(text: string): boolean {
  return ROLE.test(text);
}

/** Encodes and signs a record. */
export function signRecord(record: NetworkRecord, sign: (octets: Uint8Array) => Uint8Array): SignedRecord {
  const body = bodyOf(record);
  const length = HEADER_OCTETS + body.length + SIGNATURE_OCTETS;
  const unsigned = new OctetWriter()
    .u8(KIND[record.kind])
    .u8(VERSION)
    .u16(length)
    .octets(octetsOfHex(record.network))
    .octets(octetsOfHex(record.signer))
    .u64(record.issued)
    .octets(body)
    .finish();
  const octets = new Uint8Array(length);
  octets.set(unsigned);
  octets.set(sign(labelled(SIGNATURE_LABEL, unsigned)), unsigned.length);
  const signed = parseRecord(octets);
  if (signed === undefined) throw new RangeError(`not a ${record.kind}: a name, role, date or key is out of bounds`);
  return signed;
}

/** Reads a record; `undefined`: malformed, or not in the one form it has. The signature is not checked. */
export function parseRecord(octets: Uint8Array): SignedRecord | undefined {
  if (octets.length > RECORD_MAX_OCTETS || octets.length < HEADER_OCTETS + SIGNATURE_OCTETS) return undefined;
  const reader = new OctetReader(octets.subarray(0, octets.length - SIGNATURE_OCTETS));
  const kind = reader.u8();
  if (reader.u8() !== VERSION || reader.u16() !== octets.length) return undefined;
  const head = { network: readKey(reader), signer: readKey(reader), issued: reader.u64() };
  const record = readBody(kind, head, reader);
  if (record === undefined || !reader.isDone) return undefined;
  return { record, octets: octets.slice(), id: hexOf(sha256(octets).subarray(0, RECORD_NAME_OCTETS)) };
}

/** What the record's signature is over, and the signature. */
export function signatureOf({ octets }: SignedRecord): {
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
} {
  const end = octets.length - SIGNATURE_OCTETS;
  return { message: labelled(SIGNATURE_LABEL, octets.subarray(0, end)), signature: octets.subarray(end) };
}

/** What the new key of a rotation signs. */
export function consentMessage({ network, signer, key, issued }: Omit<Rotation, "kind" | "consent">): Uint8Array {
  const fields = new OctetWriter()
    .octets(octetsOfHex(network))
    .octets(octetsOfHex(signer))
    .octets(octetsOfHex(key))
    .u64(issued);
  return labelled(ROTATION_LABEL, fields.finish());
}

/** Takes records that lie one behind another apart; `undefined`: that is not what the octets are. */
export function splitRecords(octets: Uint8Array, max: number): readonly Uint8Array[] | undefined {
  const records: Uint8Array[] = [];
  for (let at = 0; at < octets.length;) {
    const length = (octets[at + LENGTH_OFFSET] ?? 0) * 256 + (octets[at + LENGTH_OFFSET + 1] ?? 0);
    if (length < HEADER_OCTETS + SIGNATURE_OCTETS || at + length > octets.length || records.length === max)
      return undefined;
    records.push(octets.subarray(at, at + length));
    at += length;
  }
  return records;
}

/** The order in which records are told: the root's revocations, issuers, then whom they let out and in. */
export function rankOf(record: NetworkRecord): number {
  if (record.kind === "revocation") return record.signer === record.network ? 0 : 3;
  if (record.kind === "rotation") return 5;
  return record.signer === record.network ? (record.roles.includes(ISSUER) ? 1 : 2) : 4;
}

function bodyOf(record: NetworkRecord): Uint8Array {
  const writer = new OctetWriter().octets(octetsOfHex(record.key));
  if (record.kind === "rotation") return writer.octets(record.consent).finish();
  if (record.kind === "revocation") return writer.text(record.reason).finish();
  writer.u64(record.notBefore).u64(record.notAfter).text(record.name).u8(record.roles.length);
  for (const role of record.roles) writer.text(role);
  return writer.finish();
}

function readBody(kind: number, head: RecordHead, reader: OctetReader): NetworkRecord | undefined {
  const key = readKey(reader);
  if (kind === KIND.membership) return readMembership({ ...head, key }, reader);
  if (kind === KIND.rotation)
    return key === head.signer
      ? undefined
      : { kind: "rotation", ...head, key, consent: reader.octets(SIGNATURE_OCTETS) };
  if (kind !== KIND.revocation) return undefined;
  const reason = reader.text();
  return reason.length > REASON_MAX_CHARACTERS ? undefined : { kind: "revocation", ...head, key, reason };
}

function readMembership(head: RecordHead & { readonly key: string }, reader: OctetReader): Membership | undefined {
  const [notBefore, notAfter, name, count] = [reader.u64(), reader.u64(), reader.text(), reader.u8()];
  if (!isMemberName(name) || count > ROLES_MAX || notAfter <= notBefore) return undefined;
  const roles = Array.from({ length: count }, () => reader.text());
  const isInOrder = roles.every((role, at) => isRole(role) && (at === 0 || (roles[at - 1] ?? "") < role));
  return isInOrder ? { kind: "membership", ...head, name, roles, notBefore, notAfter } : undefined;
}

/** A key that is not written in its one form is malformed: deny lists compare octets. */
function readKey(reader: OctetReader): string {
  const octets = reader.octets(KEY_OCTETS);
  if (!isCanonicalKey(octets)) reader.isWhole = false;
  return hexOf(octets);
}

/** Whether the y of a point is written below the field's prime, 2^255 − 19 (RFC 8032 section 5.1.3). */
function isCanonicalKey(octets: Uint8Array): boolean {
  if (((octets[31] ?? 0) & 0x7f) !== 0x7f || (octets[0] ?? 0) < 0xed) return true;
  return octets.subarray(1, 31).some((octet) => octet !== 0xff);
}

function labelled(label: string, octets: Uint8Array): Uint8Array {
  const out = new Uint8Array(label.length + octets.length);
  for (let at = 0; at < label.length; at += 1) out[at] = label.charCodeAt(at);
  out.set(octets, label.length);
  return out;
}
