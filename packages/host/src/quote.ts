/** Octets of a name from a client or a peer in a log at most. */
const NAME_MAX_OCTETS = 256;
const ELLIPSIS = "…";

/**
 * Everything that a terminal or a log reader may act on, or that hides: C0, C1 and DEL, line and paragraph
 * separators, bidirectional and other format characters, lone surrogates, private and unassigned characters.
 */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/u;
const UNSAFE_ALL = new RegExp(UNSAFE, "gu");
const encoder = new TextEncoder();

/**
 * Text from a stranger, made safe for a log: unsafe characters as `\xHH` or `\u{H…}`, and cut off with `…`. Quoting
 * twice is quoting once, so a backslash stays what it is.
 *
 * @param maxOctets of the result in UTF-8, at least 3
 */
export function quote(text: string, maxOctets: number = NAME_MAX_OCTETS): string {
  // No character is shorter than one octet: what is behind cannot be part of the result.
  const head = text.length > maxOctets ? text.slice(0, maxOctets + 1) : text;
  const safe = UNSAFE.test(head) ? head.replaceAll(UNSAFE_ALL, escaped) : head;
  return octetsOf(safe) <= maxOctets ? safe : cut(safe, maxOctets);
}

function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length <= 2 ? String.raw`\x${hex.padStart(2, "0")}` : String.raw`\u{${hex}}`;
}

/** Whole characters only: `encodeInto` does not write part of one. */
function cut(text: string, maxOctets: number): string {
  const room = new Uint8Array(maxOctets - octetsOf(ELLIPSIS));
  return text.slice(0, encoder.encodeInto(text, room).read) + ELLIPSIS;
}

function octetsOf(text: string): number {
  return encoder.encode(text).length;
}
