/** Chance that each run of the tests repeats. Development only. */
import { readConfigureGlobal } from "fast-check";

/**
 * Fills octets with what the seed of this run draws, the same seed as for properties: see `test/seed.ts`.
 *
 * @param number tells the sources of one test apart
 */
export function chanceOf(number: number): (octets: Uint8Array) => void {
  const { seed = 1 } = readConfigureGlobal();
  // mulberry32.
  let state = Math.imul(seed + number, 0x9e3779b1) >>> 0;
  const nextOctet = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 24;
  };
  return (octets) => octets.forEach((_, at) => (octets[at] = nextOctet()));
}
