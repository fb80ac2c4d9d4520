import { CONNECTION_ID_MAX_OCTETS } from "./connection-id.ts";

/** QUIC version 1 (RFC 9000 section 15). */
export const QUIC_VERSION_1 = 0x0000_0001;

/** Long header packet types of version 1 (RFC 9000 section 17.2). */
export const longPacketType = { initial: 0, zeroRtt: 1, handshake: 2, retry: 3 } as const;

/** The unprotected part of a long header (RFC 8999 section 5.1, RFC 9000 section 17.2). Views of the packet. */
export interface LongHeader {
  /** One of {@link longPacketType}. */
  readonly type: number;
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  /** The token of an Initial, empty otherwise. */
  readonly token: Uint8Array;
}

const FORM_AND_FIXED_BITS = 0xc0;
const DESTINATION_OFFSET = 6;

/** Reads the long header of version 1 at octets[offset, end), or `undefined` when it is none. */
export function readLongHeader(octets: Uint8Array, offset: number, end: number): LongHeader | undefined {
  if (offset + DESTINATION_OFFSET > end) return undefined;
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const first = view.getUint8(offset);
  if ((first & FORM_AND_FIXED_BITS) !== FORM_AND_FIXED_BITS) return undefined;
  if (view.getUint32(offset + 1) !== QUIC_VERSION_1) return undefined;
  const destination = readConnectionId(octets, offset + DESTINATION_OFFSET - 1, end);
  if (destination === undefined) return undefined;
  const source = readConnectionId(octets, offset + DESTINATION_OFFSET + destination.length, end);
  if (source === undefined) return undefined;
  const type = (first >> 4) & 3;
  const at = offset + DESTINATION_OFFSET + destination.length + 1 + source.length;
  const token = type === longPacketType.initial ? readToken(view, octets, at, end) : octets.subarray(at, at);
  return token && { type, destination, source, token };
}

/** What a long header of any version has, RFC 8999 section 5.1. Views of the packet. */
export interface InvariantHeader {
  readonly version: number;
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
}

/** Reads the long header of any version at octets[offset, end), or `undefined` when it is none. */
export function readInvariantHeader(octets: Uint8Array, offset: number, end: number): InvariantHeader | undefined {
  if (offset + DESTINATION_OFFSET > end || ((octets[offset] ?? 0) & 0x80) === 0) return undefined;
  const version = new DataView(octets.buffer, octets.byteOffset, octets.byteLength).getUint32(offset + 1);
  const destination = readConnectionId(octets, offset + DESTINATION_OFFSET - 1, end);
  if (destination === undefined) return undefined;
  const source = readConnectionId(octets, offset + DESTINATION_OFFSET + destination.length, end);
  return source && { version, destination, source };
}

function readConnectionId(octets: Uint8Array, at: number, end: number): Uint8Array | undefined {
  const length = octets[at] ?? 0;
  if (at >= end || length > CONNECTION_ID_MAX_OCTETS || at + 1 + length > end) return undefined;
  return octets.subarray(at + 1, at + 1 + length);
}

// A variable-length integer (RFC 9000 section 16) and as many octets. We make no token whose length takes more than two octets.
function readToken(view: DataView, octets: Uint8Array, at: number, end: number): Uint8Array | undefined {
  if (at + 2 > end) return undefined;
  const first = view.getUint8(at);
  if (first >= 0x80) return undefined;
  const start = first < 0x40 ? at + 1 : at + 2;
  const length = first < 0x40 ? first : view.getUint16(at) & 0x3fff;
  return start + length <= end ? octets.subarray(start, start + length) : undefined;
}
