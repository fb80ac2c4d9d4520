/** Packet numbers on the wire, RFC 9000 section 17.1 and appendix A. */

/** Octets of a packet number that is sent while `largestAcked` (-1: none) is the largest acknowledged, appendix A.2. */
export function packetNumberOctets(packetNumber: number, largestAcked: number): number {
  const range = 2 * (packetNumber - largestAcked);
  if (range < 0x100) return 1;
  if (range < 0x1_0000) return 2;
  return range < 0x100_0000 ? 3 : 4;
}

/** Writes the low `length` octets of a packet number; returns where they end. */
export function writePacketNumber(octets: Uint8Array, at: number, packetNumber: number, length: number): number {
  const low = packetNumber % 0x1_0000_0000;
  for (let index = 0; index < length; index += 1) octets[at + index] = (low >>> (8 * (length - 1 - index))) & 0xff;
  return at + length;
}

/** The whole packet number of a truncated one, appendix A.3; `largest` is the largest received so far, or -1. */
export function decodePacketNumber(truncated: number, length: number, largest: number): number {
  const window = 2 ** (8 * length);
  const expected = largest + 1;
  const candidate = expected - (expected % window) + truncated;
  if (candidate <= expected - window / 2 && candidate < 2 ** 53 - window) return candidate + window;
  if (candidate > expected + window / 2 && candidate >= window) return candidate - window;
  return candidate;
}
