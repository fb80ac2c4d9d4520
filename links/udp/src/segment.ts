/**
 * The segment, in which two udp links carry a frame that is longer than the path. Both ends of a wire are udp links of
 * flor, so both understand it; it never reaches a node.
 *
 *  0      1      2        4        6        8                16       18       20
 *  +------+------+--------+--------+--------+----------------+--------+--------+-------
 *  | 0x30 | flags| length |  port  |   id   |  token (u64)   | offset | total  | slice
 *  +------+------+--------+--------+--------+----------------+--------+--------+-------
 *  flags, token   of the frame
 *  id             of the frame, counted by the sender
 *  offset, total  of the slice in the frame's content, and octets of that content
 *
 * All segments of a frame are equally long, so that one send carries them: the last may end in padding. A total of 0
 * makes it a probe instead, and a nonce (u32) follows: `offset` is 1 for a probe of the path and 2 for its echo, 3 for a
 * probe to a neighbour that may be behind a NAT and 4 for the answer to that. These two carry the token.
 */
import { FRAME_HEADER_OCTETS, FRAME_SEGMENT } from "@flor/wire";

/** Offsets within a segment; the others are those of a frame. */
export const segmentField = { id: 6, offset: 16, total: 18, slice: 20 } as const;
/** Octets before the slice. */
export const SEGMENT_HEADER_OCTETS = 20;
/** Octets of a probe or echo without padding. */
export const PROBE_OCTETS = 24;
/** Values of `offset` when `total` is 0. */
export const PROBE = 1;
export const ECHO = 2;
export const PUNCH = 3;
export const PUNCH_ANSWER = 4;

/** One of these. */
export type ProbeKind = typeof PROBE | typeof ECHO | typeof PUNCH | typeof PUNCH_ANSWER;

/** How a frame's content is cut: `count` slices of `sliceOctets`, the last as long as the rest. */
export interface SegmentPlan {
  readonly count: number;
  readonly sliceOctets: number;
}

/**
 * Cuts `contentOctets` so that no segment is longer than `segmentMtu`, with the fewest segments and all alike.
 *
 * @param segmentMtu more than {@link SEGMENT_HEADER_OCTETS}
 */
export function planSegments(contentOctets: number, segmentMtu: number): SegmentPlan {
  const count = Math.ceil(contentOctets / (segmentMtu - SEGMENT_HEADER_OCTETS));
  return { count, sliceOctets: Math.ceil(contentOctets / count) };
}

/** Writes the header of the segment at `offset` of the frame whose header is at `frameAt` of `frame`. */
export function writeSegmentHeader(
  view: DataView,
  at: number,
  frame: { readonly view: DataView; readonly at: number; readonly id: number },
  slice: { readonly offset: number; readonly octets: number },
): void {
  const { view: from, at: frameAt, id } = frame;
  const length = SEGMENT_HEADER_OCTETS - FRAME_HEADER_OCTETS + slice.octets;
  view.setUint32(at, ((FRAME_SEGMENT << 24) | (from.getUint8(frameAt + 1) << 16) | length) >>> 0);
  view.setUint32(at + 4, id);
  view.setUint32(at + 8, from.getUint32(frameAt + 8));
  view.setUint32(at + 12, from.getUint32(frameAt + 12));
  view.setUint32(at + segmentField.offset, ((slice.offset << 16) | from.getUint16(frameAt + 2)) >>> 0);
}

/** Writes a probe or the answer to one, of `octets`, at least {@link PROBE_OCTETS}; what follows the nonce is padding. */
export function writeProbe(view: DataView, kind: ProbeKind, nonce: number, octets: number): void {
  view.setUint32(0, ((FRAME_SEGMENT << 24) | (octets - FRAME_HEADER_OCTETS)) >>> 0);
  view.setUint32(4, 0);
  view.setUint32(8, 0);
  view.setUint32(12, 0);
  view.setUint32(segmentField.offset, kind << 16);
  view.setUint32(segmentField.slice, nonce);
}
