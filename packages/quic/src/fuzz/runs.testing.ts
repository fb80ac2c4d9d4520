/** How often and from which seed the fuzz targets run: 10,000 times, or as `FLOR_FUZZ_RUNS` says. */
import { seededRandom } from "../endpoint-pair.testing.ts";

export const RUNS: number = Number(process.env["FLOR_FUZZ_RUNS"] ?? 10_000);
const isLong = RUNS > 10_000;
/** A short run is the same each time; a long one is there to find what no run before it found. */
const SEED = Number(process.env["FLOR_FUZZ_SEED"] ?? (isLong ? Math.floor(Math.random() * 2 ** 31) : 1));
/** Thousands of connections are made, on a machine that has other work. */
export const TIME_LIMIT_MS: number = isLong ? 0 : 600_000;

export const random: () => number = seededRandom(SEED);

/** A random integer below `bound`. */
export function below(bound: number): number {
  return Math.floor(random() * bound);
}

/** Repeats it; a failure names its seed and its run. */
export function repeat(run: () => void): void {
  for (let number = 0; number < RUNS; number += 1) {
    try {
      run();
    } catch (error) {
      throw new Error(`FLOR_FUZZ_SEED=${SEED}, run ${number}: ${String(error)}`, { cause: error });
    }
  }
}

/** Some octets of `octets` changed, some cut off, some added. */
export function damaged(octets: Uint8Array): Uint8Array {
  const length = random() < 0.3 ? below(octets.length + 30) : octets.length;
  const copy = new Uint8Array(length);
  copy.set(octets.subarray(0, length));
  for (let changes = below(4) + 1; changes > 0; changes -= 1)
    if (length > 0) copy[below(Math.min(length, 60))]! ^= 1 << below(8);
  return copy;
}

export function randomOctets(max: number): Uint8Array {
  return Uint8Array.from({ length: below(max) }, () => below(256));
}
