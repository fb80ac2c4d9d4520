const FIRST_CAPACITY = 8;
const NO_BOUNDS = new Float64Array(0);

/**
 * Disjoint ranges [start, end) in ascending order. Few at a time: the common cases are none, and what lies behind one
 * hole grows; both take no search.
 */
export class RangeSet {
  /** start, end, start, end …; offsets of a long stream are no small integers, and no array of objects changes its form. */
  #bounds: Float64Array = NO_BOUNDS;
  /** Bounds in use, twice the number of ranges. */
  #used = 0;

  /** Number of ranges. */
  get size(): number {
    return this.#used >> 1;
  }

  /** Start of the first range, or -1. */
  get start(): number {
    return this.#used === 0 ? -1 : (this.#bounds[0] ?? -1);
  }

  /** End of the first range, or -1. */
  get end(): number {
    return this.#used === 0 ? -1 : (this.#bounds[1] ?? -1);
  }

  /** End of the last range, or -1. */
  get last(): number {
    return this.#used === 0 ? -1 : (this.#bounds[this.#used - 1] ?? -1);
  }

  /** Adds [start, end), merging what it touches. */
  add(start: number, end: number): void {
    if (start >= end) return;
    if (start === this.last) {
      this.#bounds[this.#used - 1] = end;
      return;
    }
    const bounds = this.#bounds;
    // The bounds below `start` and those up to `end`: between them lies what merges.
    const from = this.#count(start, false);
    const to = this.#count(end, true);
    const low = from % 2 === 0 ? start : (bounds[from - 1] ?? start);
    const high = to % 2 === 0 ? end : (bounds[to] ?? end);
    const first = from % 2 === 0 ? from : from - 1;
    const behind = to % 2 === 0 ? to : to + 1;
    this.#replace(first, behind, 2);
    this.#bounds[first] = low;
    this.#bounds[first + 1] = high;
  }

  /** Takes [start, end) out. */
  remove(start: number, end: number): void {
    if (start >= end || this.#used === 0 || end <= this.start || start >= this.last) return;
    const from = this.#count(start, false);
    const to = this.#count(end, true);
    // What begins before ends at `start` then, and what ends behind begins at `end`.
    const keepsLow = from % 2 === 1;
    const keepsHigh = to % 2 === 1;
    this.#replace(from, to, (keepsLow ? 1 : 0) + (keepsHigh ? 1 : 0));
    if (keepsLow) this.#bounds[from] = start;
    if (keepsHigh) this.#bounds[keepsLow ? from + 1 : from] = end;
  }

  /** Takes the first range out. */
  shift(): void {
    if (this.#used > 0) this.#replace(0, 2, 0);
  }

  clear(): void {
    this.#bounds = NO_BOUNDS;
    this.#used = 0;
  }

  /** The part of [start, end) that is not in the set, one range at a time. */
  forEachGap(start: number, end: number, visit: (start: number, end: number) => void): void {
    let at = start;
    const bounds = this.#bounds;
    for (let index = 0; index < this.#used && at < end; index += 2) {
      const [low, high] = [bounds[index] ?? 0, bounds[index + 1] ?? 0];
      if (high <= at) continue;
      if (low > at) visit(at, Math.min(low, end));
      at = Math.max(at, high);
    }
    if (at < end) visit(at, end);
  }

  /** Makes room for `count` bounds, which the caller sets, in place of those from `first` up to `behind`. */
  #replace(first: number, behind: number, count: number): void {
    const used = this.#used + count - (behind - first);
    if (used > this.#bounds.length) {
      const bounds = new Float64Array(Math.max(FIRST_CAPACITY, 2 * this.#bounds.length));
      bounds.set(this.#bounds);
      this.#bounds = bounds;
    }
    if (behind < this.#used && first + count !== behind) this.#bounds.copyWithin(first + count, behind, this.#used);
    this.#used = used;
  }

  /** How many bounds lie below `value`, or up to it. */
  #count(value: number, isInclusive: boolean): number {
    const bounds = this.#bounds;
    let low = 0;
    let high = this.#used;
    while (low < high) {
      const middle = (low + high) >> 1;
      const bound = bounds[middle] ?? 0;
      if (bound < value || (isInclusive && bound === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
