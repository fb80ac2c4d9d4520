/**
 * Headers of QUIC version 1 packets, RFC 9000 section 17.
 *
 *   long:  | 1 1 type 2 | reserved 2 | pn length 2 | version 32 | dcid length 8, dcid | scid length 8, scid |
 *          Initial: | token length i, token | ; all but Retry: | length i | packet number 8–32 |
 *   short: | 0 1 spin | reserved 2 | key phase | pn length 2 | dcid | packet number 8–32 |
 */
import { CONNECTION_ID_MAX_OCTETS } from "../connection-id.ts";
import { longPacketType, QUIC_VERSION_1 } from "../long-header.ts";
import type { OctetReader } from "./octet-reader.ts";
import { writeVarint } from "./varint.ts";

/** Set in the first octet of a long header. */
export const LONG_FORM = 0x80;
/** Set in the first octet of every packet of version 1. */
export const FIXED_BIT = 0x40;
/** The key phase of a short header, RFC 9001 section 6. */
export const KEY_PHASE_BIT = 0x04;
/** Bits that must be 0 once header protection is off. */
export const LONG_RESERVED_BITS = 0x0c;
export const SHORT_RESERVED_BITS = 0x18;

/** Octets of `Length` in our long headers: it is written when the packet is whole. */
export const LENGTH_OCTETS = 2;

/** A long header as it is read; one is used again for every packet. */
export class ParsedHeader {
  type = 0;
  version = 0;
  destinationAt = 0;
  destinationOctets = 0;
  sourceAt = 0;
  sourceOctets = 0;
  tokenAt = 0;
  tokenOctets = 0;
  /** Where the packet number begins. */
  packetNumberAt = 0;
  /** Where the packet ends. */
  end = 0;

  /** Reads the long header of version 1 that stands at the reader's place; false when it is none, or broken. */
  read(reader: OctetReader): boolean {
    const first = reader.octet();
    this.version = reader.u32();
    this.type = (first >> 4) & 3;
    if ((first & LONG_FORM) === 0 || !this.#readIds(reader)) return false;
    if (this.version !== QUIC_VERSION_1 || (first & FIXED_BIT) === 0) return false;
    if (this.type === longPacketType.retry) return !reader.isBroken;
    if (this.type === longPacketType.initial) {
      this.tokenOctets = reader.varint();
      this.tokenAt = reader.at;
      reader.skip(this.tokenOctets);
    }
    const length = reader.varint();
    this.packetNumberAt = reader.at;
    this.end = reader.at + length;
    reader.skip(length);
    return !reader.isBroken;
  }

  #readIds(reader: OctetReader): boolean {
    this.destinationOctets = reader.octet();
    this.destinationAt = reader.at;
    reader.skip(this.destinationOctets);
    this.sourceOctets = reader.octet();
    this.sourceAt = reader.at;
    reader.skip(this.sourceOctets);
    const longest = Math.max(this.destinationOctets, this.sourceOctets);
    return !reader.isBroken && longest <= CONNECTION_ID_MAX_OCTETS;
  }
}

/**
 * Writes a long header up to the place of `Length`; packet number octets are set in the first octet by the caller.
 *
 * @param token of an Initial; `undefined` for other types
 * @returns where `Length` goes
 */
export function writeLongHeader(
  octets: Uint8Array,
  at: number,
  type: number,
  destination: Uint8Array,
  source: Uint8Array,
  token: Uint8Array | undefined,
): number {
  octets[at] = LONG_FORM | FIXED_BIT | (type << 4);
  let end = writeVersion(octets, at + 1, QUIC_VERSION_1);
  end = writeConnectionId(octets, end, destination);
  end = writeConnectionId(octets, end, source);
  if (token === undefined) return end;
  end = writeVarint(octets, end, token.length);
  octets.set(token, end);
  return end + token.length;
}

/** Writes a version in network order; returns where it ends. */
export function writeVersion(octets: Uint8Array, at: number, version: number): number {
  for (let index = 0; index < 4; index += 1) octets[at + index] = (version >>> (24 - 8 * index)) & 0xff;
  return at + 4;
}

/** Writes a connection id behind its length; returns where it ends. */
export function writeConnectionId(octets: Uint8Array, at: number, id: Uint8Array): number {
  octets[at] = id.length;
  octets.set(id, at + 1);
  return at + 1 + id.length;
}
