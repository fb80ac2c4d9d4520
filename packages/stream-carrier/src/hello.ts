/**
 * The first thing that each end of a stream says: what this is, so that a wrong program is noticed at once, and what
 * the end takes. All integers are big-endian; what follows the name belongs to later versions and is skipped.
 *
 *  0        2                        15                 17           33
 *  +--------+------------------------+------------------+------------+------
 *  | length | "flor-stream/1" (13)   | frame octets max | name (16)  | …
 *  +--------+------------------------+------------------+------------+------
 *
 * The end that opened the stream speaks first, the other once it has heard a hello: obfs4 holds back what the far end
 * says before anything was said to it, and a stranger learns nothing from a port that is silent.
 *
 * `length` counts what follows it. The name is random, the link's own, and stays over its restarts: an end that hears
 * its own name has dialled itself.
 */

import { FRAME_MTU_MIN } from "./frame-mtu.ts";

/** Octets of a link's name. */
export const END_NAME_OCTETS = 16;
/** A longer hello is none. */
export const HELLO_MAX_OCTETS = 255;

const MAGIC_TEXT = "flor-stream/1";
const MAGIC = new TextEncoder().encode(MAGIC_TEXT);
const LENGTH_OCTETS = 2;
const FRAME_MAX_AT = LENGTH_OCTETS + MAGIC.length;
const NAME_AT = FRAME_MAX_AT + 2;
const HELLO_OCTETS = NAME_AT + END_NAME_OCTETS;
/** Enough to recognise a wrong program by its first words. */
const QUOTED_OCTETS = 48;

/** What an end says of itself. */
export interface Hello {
  /** Octets of the longest frame that it takes. */
  readonly frameMax: number;
  /** 16 octets. */
  readonly name: Uint8Array;
}

/** What came of the first octets: a hello and its length, more are needed, or why it is none. */
export type DecodedHello =
  | { readonly hello: Hello; readonly octets: number }
  | { readonly needed: true }
  | { readonly error: string };

/** The octets of a hello. */
export function encodeHello({ frameMax, name }: Hello): Uint8Array {
  const octets = new Uint8Array(HELLO_OCTETS);
  const view = new DataView(octets.buffer);
  view.setUint16(0, HELLO_OCTETS - LENGTH_OCTETS);
  octets.set(MAGIC, LENGTH_OCTETS);
  view.setUint16(FRAME_MAX_AT, frameMax);
  octets.set(name.subarray(0, END_NAME_OCTETS), NAME_AT);
  return octets;
}

/** Reads the hello that a stream began with. Never throws. */
export function decodeHello(octets: Uint8Array): DecodedHello {
  const isRight = MAGIC.every((octet, index) => (octets[LENGTH_OCTETS + index] ?? octet) === octet);
  const length = octets.length < LENGTH_OCTETS ? HELLO_OCTETS : lengthOf(octets);
  if (!isRight || length < HELLO_OCTETS - LENGTH_OCTETS || length > HELLO_MAX_OCTETS)
    return { error: `the other end does not speak ${MAGIC_TEXT}: it began with ${quoteOctets(octets)}` };
  if (octets.length < LENGTH_OCTETS + length) return { needed: true };
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  const frameMax = view.getUint16(FRAME_MAX_AT);
  if (frameMax < FRAME_MTU_MIN)
    return { error: `the other end takes frames of at most ${frameMax} octets; ${FRAME_MTU_MIN} are needed` };
  return { hello: { frameMax, name: octets.slice(NAME_AT, HELLO_OCTETS) }, octets: LENGTH_OCTETS + length };
}

function lengthOf(octets: Uint8Array): number {
  return ((octets[0] ?? 0) << 8) | (octets[1] ?? 0);
}

/** Octets of a stranger as text that cannot harm a log or a terminal. */
function quoteOctets(octets: Uint8Array): string {
  const printable = Array.from(octets.subarray(0, QUOTED_OCTETS), (octet) =>
    octet >= 0x20 && octet < 0x7f ? String.fromCodePoint(octet) : ".",
  );
  return JSON.stringify(printable.join(""));
}
