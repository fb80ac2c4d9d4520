/** Mixing for the plain provider: finds damage and mixed-up keys, and keeps nothing secret. */

const MULTIPLIER = 0x01000193;
const LANES = 4;

/** A digest of 16 octets over `octets[start, end)`, begun with `seed`, at into[at, at + 16). */
export class PlainDigest {
  readonly #lanes = new Uint32Array(LANES);

  begin(seed: number, number: number): void {
    for (let lane = 0; lane < LANES; lane += 1)
      this.#lanes[lane] = Math.imul(seed ^ (lane * 0x9e3779b9), MULTIPLIER) ^ (number >>> 0) ^ (number / 0x1_0000_0000);
  }

  /** Wherever the octets lie: a node on the way may pack frames otherwise than the one before it. */
  add(octets: Uint8Array, start: number, end: number): void {
    const lanes = this.#lanes;
    for (let at = start; at < end; at += 1) {
      const lane = (at - start) & 3;
      lanes[lane] = Math.imul((lanes[lane] ?? 0) ^ (octets[at] ?? 0), MULTIPLIER) + end - at;
    }
  }

  /** Sets octets of a tag. */
  finish(into: Uint8Array, at: number): void {
    for (let index = 0; index < 4 * LANES; index += 1) into[at + index] = this.#octet(index);
  }

  /** Whether the tag at octets[at, at + 16) is this digest. */
  matches(octets: Uint8Array, at: number): boolean {
    for (let index = 0; index < 4 * LANES; index += 1) if (octets[at + index] !== this.#octet(index)) return false;
    return true;
  }

  /** 32 bits of it. */
  get value(): number {
    let value = 0;
    for (const lane of this.#lanes) value = mixed(value ^ lane);
    return value;
  }

  #octet(index: number): number {
    const lane = index >> 2;
    const value = mixed((this.#lanes[lane] ?? 0) + mixed((this.#lanes[(lane + 1) & 3] ?? 0) + lane));
    return (value >>> (8 * (index & 3))) & 0xff;
  }
}

/** 32 bits that depend on each of `value`. */
export function mixed(value: number): number {
  let mix = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mix = Math.imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}
