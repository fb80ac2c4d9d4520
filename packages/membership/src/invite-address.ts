/** Where invites and configurations say that an inviter is reached. */
import { parseIpAddress } from "@flor/wire";

/** Characters of an address at most. */
export const ADDRESS_MAX_CHARACTERS = 128;
/** Kinds of links that need nothing but an address, by their number in an invite. */
export const LINK_KINDS = ["udp", "tcp"] as const;

const ADDRESS = /^(?:([a-z]+):(?!\d+$))?((\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(\d{1,5}))$/;
/** A name of DNS: labels that begin and end with a letter, a digit or "_", the last not of digits alone. */
const HOST_NAME =
  /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*(?!\d+\.?$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?$/i;

/** Where the inviter is reached. */
export interface InviteAddress {
  readonly kind: (typeof LINK_KINDS)[number];
  /** `HOST:PORT`. */
  readonly address: string;
}

/** What a link must listen on so that it reaches an address: a udp link has one socket, for IPv4 unless it says otherwise. */
export function listenFor({ kind, address }: InviteAddress): { readonly listen?: string } {
  return kind === "udp" && address.startsWith("[") ? { listen: "[::]:0" } : {};
}

/** Whether a kind of link can be in an invite. */
export function isInvitingKind(kind: string): kind is InviteAddress["kind"] {
  return LINK_KINDS.some((one) => one === kind);
}

/**
 * An address as people write it, `HOST:PORT` for udp or with its kind before it: `tcp:HOST:PORT`; or what is wrong with it.
 * One that leads to this machine from nowhere else, such as `0.0.0.0`, is none.
 */
export function parseInviteAddress(text: string): InviteAddress | { readonly problem: string } {
  const [, kind = "udp", address = "", host = "", port = ""] = ADDRESS.exec(text) ?? [];
  const isWhole = isInvitingKind(kind) && Number(port) >= 1 && Number(port) <= 0xffff && isHost(host);
  if (!isWhole || address.length > ADDRESS_MAX_CHARACTERS)
    return { problem: `${quoted(text)} is not an address for invites; write vm.example:4600 or tcp:vm.example:443` };
  const limit = limitOf(host);
  if (limit !== undefined)
    return { problem: `${quoted(text)} is ${limit}: name the address by which others reach this machine` };
  return { kind, address };
}

function isHost(host: string): boolean {
  return octetsOf(host) !== undefined || HOST_NAME.test(host);
}

/** Why others do not reach a machine by an address; `undefined`: they may, or it is a name. */
function limitOf(host: string): string | undefined {
  const octets = octetsOf(host);
  if (octets === undefined) return undefined;
  if (octets.every((octet) => octet === 0)) return "every address of this machine, for listening";
  const [first = 0, second = 0] = octets;
  if (octets.length === 4) {
    if (first >= 224) return "no single machine's address";
    return first === 169 && second === 254 ? "an address of one cable alone" : undefined;
  }
  if (first === 0xff) return "no single machine's address";
  return first === 0xfe && (second & 0xc0) === 0x80 ? "an address of one cable alone" : undefined;
}

function octetsOf(host: string): Uint8Array | undefined {
  const isBracketed = host.startsWith("[");
  const octets = parseIpAddress(isBracketed ? host.slice(1, -1) : host);
  return octets !== undefined && isBracketed === (octets.length === 16) ? octets : undefined;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > ADDRESS_MAX_CHARACTERS ? `${text.slice(0, ADDRESS_MAX_CHARACTERS)}…` : text);
}
