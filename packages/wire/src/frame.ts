/**
 * The Flor IO frame (proto/flor-io.md). Big-endian, self-delimiting, so that a datagram carries a bundle of them:
 *
 *  0      1      2        4        6        8                16
 *  +------+------+--------+--------+--------+----------------+---------
 *  | type | flags| length |  port  |reserved|  token (u64)   | content
 *  +------+------+--------+--------+--------+----------------+---------
 */

/** Octets of a frame header. */
export const FRAME_HEADER_OCTETS = 16;

/** Octets of a token: of a session, or of an adjacency. */
export const TOKEN_OCTETS = 8;

/** Octets of the session token that opens every Flor IO datagram; frames follow it. */
export const SESSION_TOKEN_OCTETS = 8;

/** The longest content that the 16-bit length field can name. */
export const FRAME_CONTENT_MAX_OCTETS = 0xffff;

/** The largest Flor IO datagram; loopback UDP takes 65,507 octets. */
export const BUNDLE_MAX_OCTETS = 61_440;

/** Offsets within a frame header. */
export const frameField = { type: 0, flags: 1, length: 2, port: 4, reserved: 6, tokenHigh: 8, tokenLow: 12 } as const;

/** Frame types. */
export const FRAME_DATA = 0x10;
/** A protobuf `Envelope` between a node and its link; never crosses the wire. */
export const FRAME_CONTROL = 0x20;
/** A part of a larger data frame, between two links that both segment; never reaches a node. */
export const FRAME_SEGMENT = 0x30;

/** An unsigned 64-bit token as two 32-bit halves, so that no BigInt stands in the data path. */
export interface Token {
  readonly high: number;
  readonly low: number;
}

/** The token of frames that precede the exchange of tokens: admission guards these. */
export const ZERO_TOKEN: Token = { high: 0, low: 0 };

/** The values of a frame header. */
export interface FrameHeader {
  readonly type: number;
  readonly flags: number;
  /** Octets of content after the header. */
  readonly length: number;
  readonly port: number;
  readonly token: Token;
}

/** A view over `octets` for the header functions of this file. */
export function viewOf(octets: Uint8Array): DataView {
  return new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
}

/** Writes a header at `offset`; `view` must have 16 octets there. */
export function writeFrameHeader(view: DataView, offset: number, header: FrameHeader): void {
  view.setUint32(offset, ((header.type << 24) | (header.flags << 16) | header.length) >>> 0);
  view.setUint32(offset + frameField.port, (header.port << 16) >>> 0);
  view.setUint32(offset + frameField.tokenHigh, header.token.high);
  view.setUint32(offset + frameField.tokenLow, header.token.low);
}

/** Reads the header at `offset`, or `undefined` when the frame does not lie whole before `end`. */
export function readFrameHeader(view: DataView, offset: number, end: number): FrameHeader | undefined {
  if (frameEnd(view, offset, end) === 0) return undefined;
  return {
    type: view.getUint8(offset),
    flags: view.getUint8(offset + frameField.flags),
    length: view.getUint16(offset + frameField.length),
    port: view.getUint16(offset + frameField.port),
    token: { high: view.getUint32(offset + frameField.tokenHigh), low: view.getUint32(offset + frameField.tokenLow) },
  };
}

/** Where the frame at `offset` ends, or 0 when it does not lie whole before `end`. */
export function frameEnd(view: DataView, offset: number, end: number): number {
  if (offset + FRAME_HEADER_OCTETS > end) return 0;
  const frameEnds = offset + FRAME_HEADER_OCTETS + view.getUint16(offset + frameField.length);
  return frameEnds <= end ? frameEnds : 0;
}

/** Whether the eight octets at `offset` are `token`. */
export function tokenEquals(view: DataView, offset: number, token: Token): boolean {
  return view.getUint32(offset) === token.high && view.getUint32(offset + 4) === token.low;
}

/** Writes `token` as eight octets at `offset`. */
export function writeToken(view: DataView, offset: number, token: Token): void {
  view.setUint32(offset, token.high);
  view.setUint32(offset + 4, token.low);
}

/** A token from eight random octets; the all-zero one is never returned. */
export function tokenFrom(random: Uint8Array): Token {
  const view = viewOf(random);
  const token = { high: view.getUint32(0), low: view.getUint32(4) };
  return token.high === 0 && token.low === 0 ? { high: 0, low: 1 } : token;
}
