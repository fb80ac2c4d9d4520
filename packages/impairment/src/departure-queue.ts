/** Packets on their way, ordered by departure; those of the same instant keep the order in which they came. */
export class DepartureQueue<Item> {
  readonly #at: number[] = [];
  readonly #order: number[] = [];
  readonly #items: Item[] = [];
  #pushed = 0;

  get size(): number {
    return this.#items.length;
  }

  /** When the first one leaves, in milliseconds, or undefined when there is none. */
  get nextAt(): number | undefined {
    return this.#at[0];
  }

  push(item: Item, at: number): void {
    this.#pushed += 1;
    this.#at.push(at);
    this.#order.push(this.#pushed);
    this.#items.push(item);
    this.#rise(this.#items.length - 1);
  }

  /** Removes and returns the first one if it leaves by `now`. */
  takeDue(now: number): Item | undefined {
    if (this.#at.length === 0 || this.#at[0]! > now) return undefined;
    const first = this.#items[0];
    const last = this.#items.length - 1;
    this.#swap(0, last);
    this.#at.pop();
    this.#order.pop();
    this.#items.pop();
    this.#sink(0);
    return first;
  }

  /** Binary heap: the parent of `index` stands at `(index - 1) / 2`, its children at `2 index + 1` and `2 index + 2`. */
  #rise(index: number): void {
    let child = index;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (!this.#leavesBefore(child, parent)) return;
      this.#swap(child, parent);
      child = parent;
    }
  }

  #sink(index: number): void {
    let parent = index;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= this.#items.length) return;
      const right = left + 1;
      const first = right < this.#items.length && this.#leavesBefore(right, left) ? right : left;
      if (!this.#leavesBefore(first, parent)) return;
      this.#swap(first, parent);
      parent = first;
    }
  }

  #leavesBefore(a: number, b: number): boolean {
    const difference = this.#at[a]! - this.#at[b]!;
    return difference === 0 ? this.#order[a]! < this.#order[b]! : difference < 0;
  }

  #swap(a: number, b: number): void {
    [this.#at[a], this.#at[b]] = [this.#at[b]!, this.#at[a]!];
    [this.#order[a], this.#order[b]] = [this.#order[b]!, this.#order[a]!];
    [this.#items[a], this.#items[b]] = [this.#items[b]!, this.#items[a]!];
  }
}
