/** Monotonic milliseconds with fraction, from an origin that the host chooses. Never wall-clock time. */
export type Instant = number;

/** The earlier of two optional instants. */
export function earlier(a: Instant | undefined, b: Instant | undefined): Instant | undefined {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return a < b ? a : b;
}
