/**
 * The key of a flow: 32 bits from whatever tells flows apart, seeded by the service, so that no two services send one
 * client to corresponding backends. Golden vectors: proto/vectors/service.json.
 *
 * The mix is MurmurHash3's of 32 bits (x86, Appleby), byte by byte in groups of four.
 */
const C1 = 0xcc9e2d51;
const C2 = 0x1b873593;

/** What keeps flows together. */
export type Affinity = "flow" | "client" | "node" | "none";

/** Hash of `octets` with `seed`: MurmurHash3_x86_32, an unsigned 32-bit integer. */
export function hashOctets(octets: Uint8Array, seed: number): number {
  let hash = seed | 0;
  const whole = octets.length & ~3;
  for (let at = 0; at < whole; at += 4) hash = mixBlock(hash, littleEndian(octets, at));
  let tail = 0;
  for (let at = octets.length - 1; at >= whole; at -= 1) tail = (tail << 8) | octets[at]!;
  if (octets.length > whole) hash ^= Math.imul(rotated(Math.imul(tail, C1), 15), C2);
  return finished(hash ^ octets.length);
}

/** Hash of the UTF-16 units of `text`, low octet first, with `seed`; makes no object. */
export function hashText(text: string, seed: number): number {
  let hash = seed | 0;
  const whole = text.length & ~1;
  for (let at = 0; at < whole; at += 2) hash = mixBlock(hash, text.charCodeAt(at) | (text.charCodeAt(at + 1) << 16));
  if (text.length > whole) hash ^= Math.imul(rotated(Math.imul(text.charCodeAt(whole), C1), 15), C2);
  return finished(hash ^ (text.length * 2));
}

/** Another hash of `hash`, for the n-th probe and the like. */
export function rehash(hash: number, round: number): number {
  return finished((hash + Math.imul(round, 0x9e3779b1)) | 0);
}

function mixBlock(hash: number, block: number): number {
  const mixed = hash ^ Math.imul(rotated(Math.imul(block, C1), 15), C2);
  return (Math.imul(rotated(mixed, 13), 5) + 0xe6546b64) | 0;
}

function finished(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function littleEndian(octets: Uint8Array, at: number): number {
  return octets[at]! | (octets[at + 1]! << 8) | (octets[at + 2]! << 16) | (octets[at + 3]! << 24);
}
