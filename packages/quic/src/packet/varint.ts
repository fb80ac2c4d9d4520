/** Variable-length integers, RFC 9000 section 16. Values above 2^53 lose precision; none of our bounds are that large. */

const TWO_32 = 0x1_0000_0000;
/** The largest value of each length. */
const MAX_1 = 0x3f;
const MAX_2 = 0x3fff;
const MAX_4 = 0x3fff_ffff;

/** Octets that `value` takes. */
export function varintOctets(value: number): number {
  if (value <= MAX_1) return 1;
  if (value <= MAX_2) return 2;
  return value <= MAX_4 ? 4 : 8;
}

/** Writes `value` at octets[at] in its shortest form; returns where it ends. */
export function writeVarint(octets: Uint8Array, at: number, value: number): number {
  if (value <= MAX_1) {
    octets[at] = value;
    return at + 1;
  }
  if (value <= MAX_2) return writeVarint2(octets, at, value);
  if (value <= MAX_4) {
    octets[at] = 0x80 | (value >>> 24);
    writeLow3(octets, at + 1, value);
    return at + 4;
  }
  const high = Math.floor(value / TWO_32);
  octets[at] = 0xc0 | (high >>> 24);
  writeLow3(octets, at + 1, high);
  const low = value % TWO_32;
  octets[at + 4] = low >>> 24;
  writeLow3(octets, at + 5, low);
  return at + 8;
}

/** Writes `value`, below 16,384, in two octets, for lengths that are known only afterwards. */
export function writeVarint2(octets: Uint8Array, at: number, value: number): number {
  octets[at] = 0x40 | (value >>> 8);
  octets[at + 1] = value & 0xff;
  return at + 2;
}

/** Octets of the varint that begins at octets[at], 1 to 8. */
export function varintLength(octets: Uint8Array, at: number): number {
  return 1 << ((octets[at] ?? 0) >> 6);
}

/** The varint that begins at octets[at], all of it there. */
export function readVarint(octets: Uint8Array, at: number): number {
  const length = varintLength(octets, at);
  let value = (octets[at] ?? 0) & MAX_1;
  for (let index = 1; index < length; index += 1) value = value * 256 + (octets[at + index] ?? 0);
  return value;
}

function writeLow3(octets: Uint8Array, at: number, value: number): void {
  octets[at] = (value >>> 16) & 0xff;
  octets[at + 1] = (value >>> 8) & 0xff;
  octets[at + 2] = value & 0xff;
}
