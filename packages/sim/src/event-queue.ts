import type { Instant } from "@flor/machine";

/** What is to happen at a time; of those at the same time, what was added first comes first. A binary heap. */
export class EventQueue<Happening> {
  readonly #heap: { readonly at: Instant; readonly order: number; readonly what: Happening }[] = [];
  #order = 0;

  /** When the next one is; Infinity: there is none. */
  get nextAt(): Instant {
    return this.#heap[0]?.at ?? Infinity;
  }

  add(at: Instant, what: Happening): void {
    const heap = this.#heap;
    heap.push({ at, order: (this.#order += 1), what });
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.#isBefore(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  /** The next one. */
  take(): Happening | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first?.what;
    heap[0] = last;
    for (let parent = 0; ;) {
      const left = 2 * parent + 1;
      let least = parent;
      if (left < heap.length && this.#isBefore(left, least)) least = left;
      if (left + 1 < heap.length && this.#isBefore(left + 1, least)) least = left + 1;
      if (least === parent) return first.what;
      this.#swap(parent, least);
      parent = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const one = this.#heap[a]!;
    const other = this.#heap[b]!;
    return one.at < other.at || (one.at === other.at && one.order < other.order);
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const one = heap[a]!;
    heap[a] = heap[b]!;
    heap[b] = one;
  }
}
