import type { Instant } from "./instant.ts";

interface Deadline<Item> {
  readonly item: Item;
  at: Instant;
  /** Where it stands in the heap. */
  index: number;
}

/**
 * When each of many things is due next: a binary heap, so that asking for the earliest costs nothing and moving one
 * costs the logarithm of their number.
 */
export class Deadlines<Item> {
  readonly #byItem = new Map<Item, Deadline<Item>>();
  readonly #heap: Deadline<Item>[] = [];

  /** The earliest deadline; `undefined`: there is none. */
  get next(): Instant | undefined {
    return this.#heap[0]?.at;
  }

  get size(): number {
    return this.#heap.length;
  }

  /** Sets or moves a deadline; `undefined` or Infinity takes it away. */
  set(item: Item, at: Instant | undefined): void {
    if (at === undefined || at === Infinity) return this.delete(item);
    const known = this.#byItem.get(item);
    if (known === undefined) {
      const deadline = { item, at, index: this.#heap.length };
      this.#byItem.set(item, deadline);
      this.#heap.push(deadline);
      this.#rise(deadline);
    } else if (known.at !== at) {
      known.at = at;
      this.#rise(known);
      this.#sink(known);
    }
  }

  delete(item: Item): void {
    const deadline = this.#byItem.get(item);
    const last = this.#heap.at(-1);
    if (deadline === undefined || last === undefined) return;
    this.#byItem.delete(item);
    this.#heap.pop();
    if (last === deadline) return;
    this.#put(last, deadline.index);
    this.#rise(last);
    this.#sink(last);
  }

  clear(): void {
    this.#byItem.clear();
    this.#heap.length = 0;
  }

  /** Removes and returns one thing whose deadline is `now` or before. */
  takeDue(now: Instant): Item | undefined {
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    this.delete(first.item);
    return first.item;
  }

  #rise(deadline: Deadline<Item>): void {
    while (deadline.index > 0) {
      const above = this.#heap[(deadline.index - 1) >> 1];
      if (above === undefined || above.at <= deadline.at) return;
      this.#swap(above, deadline);
    }
  }

  #sink(deadline: Deadline<Item>): void {
    for (;;) {
      const [left, right] = [this.#heap[2 * deadline.index + 1], this.#heap[2 * deadline.index + 2]];
      const least = right !== undefined && left !== undefined && right.at < left.at ? right : left;
      if (least === undefined || least.at >= deadline.at) return;
      this.#swap(deadline, least);
    }
  }

  #swap(a: Deadline<Item>, b: Deadline<Item>): void {
    const index = a.index;
    this.#put(a, b.index);
    this.#put(b, index);
  }

  #put(deadline: Deadline<Item>, index: number): void {
    deadline.index = index;
    this.#heap[index] = deadline;
  }
}
