/** Hashes of other implementations of Maglev, so that their published tables can be compared with ours. */

const MASK = 0xffff_ffff_ffff_ffffn;
const P1 = 0x9e3779b185ebca87n;
const P2 = 0xc2b2ae3d27d4eb4fn;
const P3 = 0x165667b19e3779f9n;
const P4 = 0x85ebca77c2b2ae63n;
const P5 = 0x27d4eb2f165667c5n;

function rotated(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}

function readLittleEndian(octets: Uint8Array, at: number, length: number): bigint {
  let value = 0n;
  for (let index = length - 1; index >= 0; index -= 1) value = (value << 8n) | BigInt(octets[at + index]!);
  return value;
}

/** xxHash64 of fewer than 32 octets of ASCII: what Envoy hashes host keys with. */
export function xxHash64(text: string, seed: bigint): bigint {
  const octets = Uint8Array.from(text, (character) => character.charCodeAt(0));
  let hash = (seed + P5 + BigInt(octets.length)) & MASK;
  let at = 0;
  for (; at + 8 <= octets.length; at += 8) {
    const lane = (rotated((readLittleEndian(octets, at, 8) * P2) & MASK, 31n) * P1) & MASK;
    hash = (rotated(hash ^ lane, 27n) * P1 + P4) & MASK;
  }
  for (; at + 4 <= octets.length; at += 4) {
    hash = (rotated(hash ^ ((readLittleEndian(octets, at, 4) * P1) & MASK), 23n) * P2 + P3) & MASK;
  }
  for (; at < octets.length; at += 1) hash = (rotated(hash ^ ((BigInt(octets[at]!) * P5) & MASK), 11n) * P1) & MASK;
  hash = ((hash ^ (hash >> 33n)) * P2) & MASK;
  hash = ((hash ^ (hash >> 29n)) * P3) & MASK;
  return hash ^ (hash >> 32n);
}

/** The state of SipHash-2-4 under the zero key, fed octet by octet: what Rust's `SipHasher` was. */
export class SipHash24 {
  #v = [0x736f6d6570736575n, 0x646f72616e646f6dn, 0x6c7967656e657261n, 0x7465646279746573n] as const;
  #octets: number[] = [];

  /** Feeds a string as Rust hashes one: its octets, then 0xff. */
  writeText(text: string): void {
    for (const character of text) this.#octets.push(character.charCodeAt(0));
    this.#octets.push(0xff);
  }

  /** The hash of everything fed so far; more may be fed afterwards. */
  finish(): bigint {
    let v = [...this.#v] as [bigint, bigint, bigint, bigint];
    const octets = Uint8Array.from(this.#octets);
    const whole = octets.length & ~7;
    for (let at = 0; at < whole; at += 8) v = compressed(v, readLittleEndian(octets, at, 8));
    const rest = readLittleEndian(octets, whole, octets.length - whole);
    v = compressed(v, rest | (BigInt(octets.length & 0xff) << 56n));
    v[2] ^= 0xffn;
    for (let round = 0; round < 4; round += 1) v = sipRound(v);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
  }
}

type SipState = [bigint, bigint, bigint, bigint];

function compressed(v: SipState, word: bigint): SipState {
  const [v0, v1, v2, v3] = sipRound(sipRound([v[0], v[1], v[2], v[3] ^ word]));
  return [v0 ^ word, v1, v2, v3];
}

function sipRound([a, b, c, d]: SipState): SipState {
  let v0 = (a + b) & MASK;
  let v1 = rotated(b, 13n) ^ v0;
  v0 = rotated(v0, 32n);
  let v2 = (c + d) & MASK;
  let v3 = rotated(d, 16n) ^ v2;
  v0 = (v0 + v3) & MASK;
  v3 = rotated(v3, 21n) ^ v0;
  v2 = (v2 + v1) & MASK;
  v1 = rotated(v1, 17n) ^ v2;
  v2 = rotated(v2, 32n);
  return [v0, v1, v2, v3];
}
