/**
 * The datagrams of a UDP flow, proto/datagram.md. Where they begin and end is told by offsets: on the data path nothing
 * is made for one of them.
 */
import type { Cause } from "./preface.ts";
import type { Destination } from "./destination.ts";
import { canonicalIpAddress } from "./ip-address.ts";

/** How a datagram says where it goes or where it came from. All but the first are the address types of RFC 1928. */
export const RemoteKind = {
  /** The destination that the flow was opened for: no address and no port follow. */
  own: 0,
  ipv4: 1,
  domain: 3,
  ipv6: 4,
} as const;

/** Octets of a UDP payload at most, over IPv4. */
export const DATAGRAM_PAYLOAD_MAX = 65_507;
/** Octets before the payload at most: kind, length of a name, 255 characters, port. */
export const REMOTE_MAX_OCTETS: number = 1 + 1 + 255 + 2;

/** What a record of a UDP flow's stream holds. */
export const RecordType = {
  /** A datagram that no DATAGRAM frame holds. */
  datagram: 0,
  /** What came of datagrams to a remote: a cause, then the remote. */
  report: 1,
} as const;

/** Type and length before a record's content. */
export const RECORD_HEADER_OCTETS = 4;
/** Octets of a record's content at most. */
export const RECORD_MAX_OCTETS: number = REMOTE_MAX_OCTETS + DATAGRAM_PAYLOAD_MAX;

const IPV4_OCTETS = 4;
const IPV6_OCTETS = 16;
const PORT_OCTETS = 2;
const V4_MAPPED = 0xffff;

/** Where the payload of the datagram octets[start, end) begins; -1: it is malformed. */
export function payloadAt(octets: Uint8Array, start: number, end: number): number {
  const hostOctets = start < end ? hostLength(octets, start, end) : -1;
  if (hostOctets <= 0) return hostOctets === 0 ? start + 1 : -1;
  const at = start + 1 + hostOctets + PORT_OCTETS;
  if (at > end || end - at > DATAGRAM_PAYLOAD_MAX) return -1;
  return octets[at - 2] === 0 && octets[at - 1] === 0 ? -1 : at;
}

/** The remote at octets[start, …), whose {@link payloadAt} is not -1; `undefined`: the flow's own destination. */
export function remoteOf(octets: Uint8Array, start: number, payload: number): Destination | undefined {
  const kind = octets[start];
  if (kind === RemoteKind.own) return undefined;
  const portAt = payload - PORT_OCTETS;
  const port = ((octets[portAt] ?? 0) << 8) | (octets[portAt + 1] ?? 0);
  if (kind !== RemoteKind.domain)
    return { target: { kind: "address", address: canonicalIpAddress(octets.slice(start + 1, portAt)) }, port };
  const name = String.fromCharCode(...octets.subarray(start + 2, portAt));
  return { target: { kind: "domain", name }, port };
}

/** The octets that name a remote; `undefined`: the flow's own destination. A name has 255 characters at most, all below U+0100. */
export function encodeRemote(remote: Destination | undefined): Uint8Array {
  if (remote === undefined) return Uint8Array.of(RemoteKind.own);
  const { target, port } = remote;
  const [kind, host] =
    target.kind === "domain"
      ? [RemoteKind.domain, Uint8Array.of(target.name.length, ...latin1(target.name))]
      : [target.address.length === IPV4_OCTETS ? RemoteKind.ipv4 : RemoteKind.ipv6, target.address];
  return Uint8Array.of(kind, ...host, port >>> 8, port & 0xff);
}

/** An address and a port as numbers; IPv4 is v4-mapped. */
export interface RemoteWords {
  readonly word0: number;
  readonly word1: number;
  readonly word2: number;
  readonly word3: number;
  readonly port: number;
}

/** Writes the remote of an address right before octets[payload], where there is room for 19 octets; returns where it begins. */
export function writeRemoteBefore(octets: Uint8Array, payload: number, remote: RemoteWords): number {
  const { word0: a, word1: b, word2: c, word3: d, port } = remote;
  octets[payload - 2] = port >>> 8;
  octets[payload - 1] = port;
  if (a === 0 && b === 0 && c === V4_MAPPED) {
    writeWord(octets, payload - 6, d);
    octets[payload - 7] = RemoteKind.ipv4;
    return payload - 7;
  }
  writeWord(octets, payload - 18, a);
  writeWord(octets, payload - 14, b);
  writeWord(octets, payload - 10, c);
  writeWord(octets, payload - 6, d);
  octets[payload - 19] = RemoteKind.ipv6;
  return payload - 19;
}

/** Writes the head of a record whose content has `length` octets. */
export function writeRecordHeader(octets: Uint8Array, at: number, type: number, length: number): void {
  octets[at] = type;
  octets[at + 1] = length >>> 16;
  octets[at + 2] = length >>> 8;
  octets[at + 3] = length;
}

/** Octets of the content of the record whose head is at octets[at, at + 4). */
export function recordLength(octets: Uint8Array, at: number): number {
  return ((octets[at + 1] ?? 0) << 16) | ((octets[at + 2] ?? 0) << 8) | (octets[at + 3] ?? 0);
}

/** The content of a report. */
export function encodeReport(cause: Cause, remote: Uint8Array): Uint8Array {
  return Uint8Array.of(cause, ...remote);
}

/** Octets of the host behind the kind at octets[start]; 0: the flow's own destination, -1: malformed. */
function hostLength(octets: Uint8Array, start: number, end: number): number {
  switch (octets[start]) {
    case RemoteKind.own:
      return 0;
    case RemoteKind.ipv4:
      return IPV4_OCTETS;
    case RemoteKind.ipv6:
      return IPV6_OCTETS;
    case RemoteKind.domain: {
      const length = start + 1 < end ? (octets[start + 1] ?? 0) : 0;
      return length === 0 ? -1 : 1 + length;
    }
    default:
      return -1;
  }
}

function writeWord(octets: Uint8Array, at: number, word: number): void {
  octets[at] = word >>> 24;
  octets[at + 1] = word >>> 16;
  octets[at + 2] = word >>> 8;
  octets[at + 3] = word;
}

function latin1(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}
