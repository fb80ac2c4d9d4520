/**
 * Disjoint ranges [start, end) in ascending order. Few at a time: the common case is none or one, and takes no search.
 */
export class RangeSet {
  /** start, end, start, end … */
  readonly #bounds: number[] = [];

  /** Number of ranges. */
  get size(): number {
    return this.#bounds.length / 2;
  }

  /** Start of the first range, or -1. */
  get start(): number {
    return this.#bounds[0] ?? -1;
  }

  /** End of the first range, or -1. */
  get end(): number {
    return this.#bounds[1] ?? -1;
  }

  /** End of the last range, or -1. */
  get last(): number {
    return this.#bounds[this.#bounds.length - 1] ?? -1;
  }

  /** Adds [start, end), merging what it touches. */
  add(start: number, end: number): void {
    if (start >= end) return;
    const bounds = this.#bounds;
    // The bounds below `start` and those up to `end`: between them lies what merges.
    const from = this.#count(start, false);
    const to = this.#count(end, true);
    const low = from % 2 === 0 ? start : (bounds[from - 1] ?? start);
    const high = to % 2 === 0 ? end : (bounds[to] ?? end);
    const first = from % 2 === 0 ? from : from - 1;
    const behind = to % 2 === 0 ? to : to + 1;
    if (first === bounds.length) bounds.push(low, high);
    else bounds.splice(first, behind - first, low, high);
  }

  /** Takes [start, end) out. */
  remove(start: number, end: number): void {
    const bounds = this.#bounds;
    if (start >= end || bounds.length === 0 || end <= this.start || start >= this.last) return;
    const from = this.#count(start, false);
    const to = this.#count(end, true);
    const kept: number[] = [];
    if (from % 2 === 1) kept.push(start);
    if (to % 2 === 1) kept.push(end);
    bounds.splice(from, to - from, ...kept);
  }

  /** Takes the first range out. */
  shift(): void {
    this.#bounds.splice(0, 2);
  }

  clear(): void {
    this.#bounds.length = 0;
  }

  /** The part of [start, end) that is not in the set, one range at a time. */
  forEachGap(start: number, end: number, visit: (start: number, end: number) => void): void {
    let at = start;
    const bounds = this.#bounds;
    for (let index = 0; index < bounds.length && at < end; index += 2) {
      const [low, high] = [bounds[index] ?? 0, bounds[index + 1] ?? 0];
      if (high <= at) continue;
      if (low > at) visit(at, Math.min(low, end));
      at = Math.max(at, high);
    }
    if (at < end) visit(at, end);
  }

  /** How many bounds lie below `value`, or up to it. */
  #count(value: number, isInclusive: boolean): number {
    const bounds = this.#bounds;
    let low = 0;
    let high = bounds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const bound = bounds[middle] ?? 0;
      if (bound < value || (isInclusive && bound === value)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
