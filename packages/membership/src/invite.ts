/**
 * Invites: one line that lets one machine into a network (proto/membership.md). Its secret makes a key pair, the guest's,
 * that inviter and newcomer both know: with it the newcomer passes the inviter's admission, as a listed peer would, and
 * asks for a membership of its own key. Strangers meet silence as ever.
 */
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bech32m } from "@scure/base";
import { ADDRESS_MAX_CHARACTERS, type InviteAddress, LINK_KINDS } from "./invite-address.ts";
import { OctetReader, OctetWriter } from "./octets.ts";
import { isMemberName } from "./record.ts";

/** Octets of an invite's secret. */
export const INVITE_SECRET_OCTETS = 16;
/** Addresses in one invite at most. */
export const INVITE_ADDRESSES_MAX = 4;
/** Characters of a line at most: what is longer is none. */
const LINE_MAX_CHARACTERS = 1500;

const PREFIX = "florjoin";
const VERSION = 1;
const KEY_OCTETS = 32;
const SEED_OCTETS = 32;
/** What a line says is shown to people, and written to files. */
const PRINTABLE = /^[!-~]+$/;
const GUEST_LABEL = "flor guest 1";

/** What a line says. */
export interface Invite {
  /** The network's root key, 32 octets. */
  readonly root: Uint8Array;
  /** The network's name, for people and configurations. */
  readonly network: string;
  /** The inviter's key, 32 octets. */
  readonly inviter: Uint8Array;
  /** What the inviter is called. */
  readonly inviterName: string;
  /** What the newcomer is called. */
  readonly name: string;
  /** {@link INVITE_SECRET_OCTETS}: secret. */
  readonly secret: Uint8Array;
  /** Seconds since 1970. */
  readonly expires: number;
  readonly addresses: readonly InviteAddress[];
}

/** The line: secret. Letters and digits alone, for messages and for QR codes. */
export function encodeInvite(invite: Invite): string {
  const writer = new OctetWriter()
    .u8(VERSION)
    .octets(invite.root)
    .octets(invite.inviter)
    .octets(invite.secret)
    .u64(invite.expires)
    .text(invite.network)
    .text(invite.inviterName)
    .text(invite.name)
    .u8(invite.addresses.length);
  for (const { kind, address } of invite.addresses) writer.u8(LINK_KINDS.indexOf(kind)).text(address);
  return bech32m.encode(PREFIX, bech32m.toWords(writer.finish()), false);
}

/**
 * What a line says, or what is wrong with it, said to the person who has it. What messages do to a line does no harm:
 * breaks and blanks within it, quotes around it, words before it, capitals.
 */
export function decodeInvite(line: string): Invite | { readonly problem: string } {
  const text = lineIn(line);
  if (text === undefined) return { problem: beginning(line) };
  if (text.length > LINE_MAX_CHARACTERS) return { problem: "it is longer than any invite: copy that line alone" };
  const octets = octetsOf(text);
  if (octets === undefined)
    return {
      problem:
        "its checksum does not match: a character is missing, mistyped or too much, copy that line alone and whole",
    };
  if (octets[0] !== VERSION)
    return {
      problem: `it is of version ${octets[0] ?? 0}, and this flor reads ${VERSION}: bring both machines to one release`,
    };
  return readInvite(new OctetReader(octets.subarray(1))) ?? { problem: "it is spelled correctly, but is no invite" };
}

/** The seed of the guest's key, 32 octets: secret. */
export function guestSeed({ secret, root, inviter }: Pick<Invite, "secret" | "root" | "inviter">): Uint8Array {
  const info = new Uint8Array(root.length + inviter.length);
  info.set(root);
  info.set(inviter, root.length);
  const label = Uint8Array.from(GUEST_LABEL, (character) => character.charCodeAt(0));
  return hkdf(sha256, secret, label, info, SEED_OCTETS);
}

/** The line without what is around and within it; `undefined`: there is none. */
function lineIn(text: string): string | undefined {
  const letters = text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "");
  const at = letters.indexOf(`${PREFIX}1`);
  return at < 0 ? undefined : letters.slice(at);
}

function beginning(text: string): string {
  const begins = `an invite begins with "${PREFIX}1"`;
  const [, other] = /^\W*(flor|flornet)1/i.exec(text) ?? [];
  if (other === undefined) return begins;
  return `${begins}, and this is the id of a ${other.toLowerCase() === "flor" ? "node" : "network"}`;
}

function octetsOf(text: string): Uint8Array | undefined {
  const decoded = bech32m.decodeUnsafe(text, false);
  return decoded === undefined ? undefined : (bech32m.fromWordsUnsafe(decoded.words) ?? undefined);
}

function readInvite(reader: OctetReader): Invite | undefined {
  const [root, inviter] = [reader.octets(KEY_OCTETS), reader.octets(KEY_OCTETS)];
  const [secret, expires] = [reader.octets(INVITE_SECRET_OCTETS), reader.u64()];
  const [network, inviterName, name] = [reader.text(), reader.text(), reader.text()];
  const addresses: InviteAddress[] = [];
  const count = reader.u8();
  if (count < 1 || count > INVITE_ADDRESSES_MAX) return undefined;
  for (let i = 0; i < count; i += 1) {
    const [kind, address] = [LINK_KINDS[reader.u8()], reader.text()];
    if (kind === undefined || address.length > ADDRESS_MAX_CHARACTERS || !PRINTABLE.test(address)) return undefined;
    addresses.push({ kind, address });
  }
  const areNames = [network, inviterName, name].every(isMemberName);
  if (!reader.isDone || !areNames) return undefined;
  return { root, network, inviter, inviterName, name, secret, expires, addresses };
}
