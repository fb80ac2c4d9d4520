import type { Impairments, PathCounts } from "@flor/impairment";

/** What the impairment box is told, as one line of JSON. What is absent stays as it is. */
export interface BoxOrder {
  readonly toRight?: Impairments;
  readonly toLeft?: Impairments;
  /** Only in the first order. @default 1 */
  readonly seed?: number;
  /** Comes back with the answer. */
  readonly number?: number;
}

/** What the box answers to an order, and says at its end. */
export interface BoxCounts {
  readonly toRight: PathCounts;
  readonly toLeft: PathCounts;
}
