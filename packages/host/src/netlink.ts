/**
 * Messages of rtnetlink (RFC 3549; linux/netlink.h, linux/rtnetlink.h), as far as they tell which way a datagram goes and
 * whether its interface carries. All fields are in the order of the machine, which is little-endian here, but addresses.
 *
 *   | length 4 | type 2 | flags 2 | sequence 4 | port 4 | body, then attributes of | length 2 | type 2 | value |
 */
import { type IpEndpoint, isIpv4Endpoint } from "./ip-endpoint.ts";
import { AF_INET, AF_INET6 } from "./linux-socket.ts";
import type { LocalAddress } from "./local-address.ts";

const HEADER_OCTETS = 16;
const ALIGNMENT = 4;
const ATTRIBUTE_OCTETS = 4;
/** rtmsg: family, lengths of the addresses, and what a question leaves 0. */
const ROUTE_BODY_OCTETS = 12;
/** ifinfomsg: family, type, index, flags, mask. */
const LINK_BODY_OCTETS = 16;
/** What tells of an interface itself. */
const AF_UNSPEC = 0;

const NLM_F_REQUEST = 1;
const NLMSG_ERROR = 2;
const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const RTM_GETLINK = 18;
const RTM_NEWROUTE = 24;
const RTM_GETROUTE = 26;
const RTA_DST = 1;
const RTA_SRC = 2;
const RTA_OIF = 4;
const ATTRIBUTE_TYPE_MASK = 0x3fff;

const IFF_UP = 0x1;
/** The carrier is there: a cable that is plugged in, an access point that took the station. */
const IFF_LOWER_UP = 0x1_0000;

/** Groups of notices that a watch of routes joins: interfaces, addresses and routes of both families. */
export const WATCHED_GROUPS: number = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

/** What one message says, as far as it is of use here. */
export type NetlinkNews =
  /** An interface is as told; gone: `carries` is false. */
  | { readonly kind: "link"; readonly index: number; readonly carries: boolean }
  /** A route leads out of that interface; 0: through several, or none is named. */
  | { readonly kind: "route"; readonly index: number }
  /** The kernel's answer to a question that has none; an error number, above 0. */
  | { readonly kind: "error"; readonly errno: number }
  /** Something else changed, such as an address. */
  | { readonly kind: "other" };

/**
 * What `octets[0, end)` says, message by message. What is malformed or cut off, and all behind it, is left out: it never
 * throws, and reads nothing beyond `end`.
 */
export function decodeNetlink(octets: Uint8Array, end: number): NetlinkNews[] {
  const view = new DataView(octets.buffer, octets.byteOffset, Math.min(end, octets.length));
  const news: NetlinkNews[] = [];
  for (let at = 0; at + HEADER_OCTETS <= view.byteLength;) {
    const length = view.getUint32(at, true);
    if (length < HEADER_OCTETS || length > view.byteLength - at) break;
    const one = decodeMessage(view, at, at + length);
    if (one !== undefined) news.push(one);
    at += aligned(length);
  }
  return news;
}

/** Asks which way a datagram goes that is sent to `to`, from our address `from` or from any. */
export function encodeRouteQuestion(to: IpEndpoint, from: LocalAddress | undefined, sequence: number): Uint8Array {
  const is4 = isIpv4Endpoint(to);
  const addressOctets = is4 ? 4 : 16;
  const attribute = ATTRIBUTE_OCTETS + addressOctets;
  const octets = new Uint8Array(
    HEADER_OCTETS + ROUTE_BODY_OCTETS + attribute * (from === undefined ? 1 : 2) + scopeOf(to),
  );
  const view = new DataView(octets.buffer);
  writeHeader(view, RTM_GETROUTE, sequence);
  view.setUint8(HEADER_OCTETS, is4 ? AF_INET : AF_INET6);
  view.setUint8(HEADER_OCTETS + 1, addressOctets * 8);
  view.setUint8(HEADER_OCTETS + 2, from === undefined ? 0 : addressOctets * 8);
  let at = HEADER_OCTETS + ROUTE_BODY_OCTETS;
  at = writeAddress(view, at, RTA_DST, to.words, is4);
  if (from !== undefined) at = writeAddress(view, at, RTA_SRC, from.words, is4);
  if (scopeOf(to) > 0) writeNumber(view, at, RTA_OIF, to.scope);
  return octets;
}

/** Asks how the interface of that number is. */
export function encodeLinkQuestion(index: number, sequence: number): Uint8Array {
  const octets = new Uint8Array(HEADER_OCTETS + LINK_BODY_OCTETS);
  const view = new DataView(octets.buffer);
  writeHeader(view, RTM_GETLINK, sequence);
  view.setInt32(HEADER_OCTETS + 4, index, true);
  return octets;
}

/** The sequence number of the first message in `octets[0, end)`: an answer has that of its question; -1: there is none. */
export function sequenceOf(octets: Uint8Array, end: number): number {
  if (end < HEADER_OCTETS) return -1;
  return new DataView(octets.buffer, octets.byteOffset).getUint32(8, true);
}

function decodeMessage(view: DataView, at: number, end: number): NetlinkNews | undefined {
  const type = view.getUint16(at + 4, true);
  const body = at + HEADER_OCTETS;
  if (type === NLMSG_ERROR) return decodeError(view, body, end);
  if (type === RTM_NEWLINK || type === RTM_DELLINK) return decodeLink(view, body, end, type === RTM_DELLINK);
  if (type === RTM_NEWROUTE) return decodeRoute(view, body, end);
  // Below are NOOP, DONE and OVERRUN, which tell of nothing.
  return type >= RTM_NEWLINK ? { kind: "other" } : undefined;
}

function decodeError(view: DataView, body: number, end: number): NetlinkNews | undefined {
  if (body + 4 > end) return undefined;
  const errno = -view.getInt32(body, true);
  return errno > 0 ? { kind: "error", errno } : undefined;
}

function decodeLink(view: DataView, body: number, end: number, isGone: boolean): NetlinkNews | undefined {
  if (body + LINK_BODY_OCTETS > end) return undefined;
  // A bridge tells of its ports likewise, and that one is gone from it is not that it is gone.
  if (view.getUint8(body) !== AF_UNSPEC) return undefined;
  const flags = view.getUint32(body + 8, true);
  const carries = !isGone && (flags & IFF_UP) !== 0 && (flags & IFF_LOWER_UP) !== 0;
  return { kind: "link", index: view.getInt32(body + 4, true), carries };
}

function decodeRoute(view: DataView, body: number, end: number): NetlinkNews | undefined {
  if (body + ROUTE_BODY_OCTETS > end) return undefined;
  for (let at = body + ROUTE_BODY_OCTETS; at + ATTRIBUTE_OCTETS <= end;) {
    const length = view.getUint16(at, true);
    if (length < ATTRIBUTE_OCTETS || at + length > end) break;
    const type = view.getUint16(at + 2, true) & ATTRIBUTE_TYPE_MASK;
    if (type === RTA_OIF && length >= ATTRIBUTE_OCTETS + 4)
      return { kind: "route", index: view.getInt32(at + ATTRIBUTE_OCTETS, true) };
    at += aligned(length);
  }
  return { kind: "route", index: 0 };
}

function writeHeader(view: DataView, type: number, sequence: number): void {
  view.setUint32(0, view.byteLength, true);
  view.setUint16(4, type, true);
  view.setUint16(6, NLM_F_REQUEST, true);
  view.setUint32(8, sequence, true);
}

function writeAddress(view: DataView, at: number, type: number, words: readonly number[], is4: boolean): number {
  const used = is4 ? words.slice(3) : words;
  const length = ATTRIBUTE_OCTETS + 4 * used.length;
  view.setUint16(at, length, true);
  view.setUint16(at + 2, type, true);
  used.forEach((word, index) => view.setUint32(at + ATTRIBUTE_OCTETS + 4 * index, word));
  return at + length;
}

function writeNumber(view: DataView, at: number, type: number, value: number): void {
  view.setUint16(at, ATTRIBUTE_OCTETS + 4, true);
  view.setUint16(at + 2, type, true);
  view.setUint32(at + ATTRIBUTE_OCTETS, value, true);
}

/** Octets of the attribute that names the interface of a link-local address. */
function scopeOf({ scope }: IpEndpoint): number {
  return scope === 0 ? 0 : ATTRIBUTE_OCTETS + 4;
}

function aligned(octets: number): number {
  return Math.ceil(octets / ALIGNMENT) * ALIGNMENT;
}
