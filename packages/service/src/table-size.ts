import { isPrime } from "./maglev-table.ts";

/** A default size, prime, and the minimum number of slots for the backend with the smallest weight. */
interface UsualSize {
  readonly size: number;
  readonly slotsOfLeast: number;
}

/** A hundred slots for the smallest: shares are exact to one per cent. */
const SLOTS_OF_LEAST = 100;
/**
 * Most services have a handful of publishers, and a node may use thousands of services: their table is a kilobyte. It
 * asks for more slots a backend, as a small table moves more flows that need not when one leaves.
 */
const USUAL_SIZES: readonly UsualSize[] = [
  { size: 1021, slotsOfLeast: 250 },
  ...[4093, 16_381, 65_537, 131_071, 655_373].map((size) => ({ size, slotsOfLeast: SLOTS_OF_LEAST })),
];
/** Largest table that a record can ask for. */
export const TABLE_SIZE_MAX = 655_373;
/** Smallest table that a record can ask for. */
const TABLE_SIZE_MIN = 251;

/** A size, and why it is not the requested one. */
export interface TableSize {
  readonly size: number;
  readonly error: string | undefined;
}

/**
 * The size of a service's table: what was asked for if it suffices, else the least of the usual sizes with enough slots
 * for the backend of the smallest weight.
 *
 * @param weights of backends with weight above 0
 * @param asked largest size that a record asks for, or 0
 */
export function tableSizeFor(weights: readonly number[], asked: number): TableSize {
  const error = asked === 0 ? undefined : sizeError(asked);
  if (asked !== 0 && error === undefined) return { size: asked, error };
  let least = Infinity;
  let sum = 0;
  for (const weight of weights) {
    sum += weight;
    least = Math.min(least, weight);
  }
  const shares = sum === 0 ? 0 : sum / least;
  const usual = USUAL_SIZES.find(({ size, slotsOfLeast }) => size >= slotsOfLeast * shares);
  return { size: usual?.size ?? TABLE_SIZE_MAX, error };
}

/** Why no table can have this size, or `undefined`. */
export function sizeError(size: number): string | undefined {
  const usual = USUAL_SIZES.map((one) => one.size).join(", ");
  if (!isPrime(size)) return `the table's size must be prime; ${size} is not. Take one of ${usual}`;
  if (size >= TABLE_SIZE_MIN && size <= TABLE_SIZE_MAX) return undefined;
  return `the table's size must be from ${TABLE_SIZE_MIN} to ${TABLE_SIZE_MAX}, not ${size}`;
}
