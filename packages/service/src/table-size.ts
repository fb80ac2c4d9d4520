import { isPrime } from "./maglev-table.ts";

/** Sizes that are taken unasked; all prime. */
const SIZES = [4093, 16_381, 65_537, 655_373] as const;
/** Slots a backend of the smallest weight should have: shares within one per cent. */
const SLOTS_OF_LEAST = 100;
/** Largest table that may be asked for. */
export const TABLE_SIZE_MAX = 655_373;
/** Smallest table that may be asked for. */
const TABLE_SIZE_MIN = 251;

/** A size, and why it is not the one that was asked for. */
export interface TableSize {
  readonly size: number;
  readonly error: string | undefined;
}

/**
 * The size of a service's table: what was asked for if it suffices, else the least of the usual sizes with a hundred
 * slots for the backend of the smallest weight.
 *
 * @param weights of backends with weight above 0
 * @param asked largest size that a record asks for, or 0
 */
export function tableSizeFor(weights: readonly number[], asked: number): TableSize {
  const error = asked === 0 ? undefined : sizeError(asked);
  if (asked !== 0 && error === undefined) return { size: asked, error };
  const least = Math.min(...weights);
  let sum = 0;
  for (const weight of weights) sum += weight;
  const needed = weights.length === 0 ? 0 : (SLOTS_OF_LEAST * sum) / least;
  return { size: SIZES.find((size) => size >= needed) ?? TABLE_SIZE_MAX, error };
}

/** Why `size` can be no table's, or `undefined`. */
export function sizeError(size: number): string | undefined {
  if (!isPrime(size)) return `the table's size must be prime; ${size} is not. Take one of ${SIZES.join(", ")}`;
  if (size >= TABLE_SIZE_MIN && size <= TABLE_SIZE_MAX) return undefined;
  return `the table's size must be from ${TABLE_SIZE_MIN} to ${TABLE_SIZE_MAX}, not ${size}`;
}
