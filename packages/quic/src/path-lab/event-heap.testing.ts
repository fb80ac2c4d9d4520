// Test support: what happens next in virtual time. Numbers only, so that a second of 1 Gbit/s costs little.

/** Events ordered by time; those of the same instant keep the order in which they were added. */
export class EventHeap {
  #at = new Float64Array(1024);
  #order = new Float64Array(1024);
  #event = new Float64Array(1024);
  #size = 0;
  #added = 0;

  /** When the first event happens; Infinity: none is left. */
  get nextAt(): number {
    return this.#size === 0 ? Infinity : this.#at[0]!;
  }

  add(at: number, event: number): void {
    if (this.#size === this.#at.length) this.#grow();
    let child = this.#size++;
    const order = this.#added++;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      if (this.#at[parent]! <= at) break;
      this.#copy(parent, child);
      child = parent;
    }
    this.#set(child, at, order, event);
  }

  /** Removes the first event and returns it. */
  take(): number {
    const first = this.#event[0]!;
    const last = --this.#size;
    if (last > 0) this.#sink(this.#at[last]!, this.#order[last]!, this.#event[last]!);
    return first;
  }

  #sink(at: number, order: number, event: number): void {
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && this.#isBefore(child + 1, this.#at[child]!, this.#order[child]!)) child += 1;
      if (!this.#isBefore(child, at, order)) break;
      this.#copy(child, parent);
      parent = child;
    }
    this.#set(parent, at, order, event);
  }

  #isBefore(index: number, at: number, order: number): boolean {
    const difference = this.#at[index]! - at;
    return difference < 0 || (difference === 0 && this.#order[index]! < order);
  }

  #copy(from: number, to: number): void {
    this.#set(to, this.#at[from]!, this.#order[from]!, this.#event[from]!);
  }

  #set(index: number, at: number, order: number, event: number): void {
    this.#at[index] = at;
    this.#order[index] = order;
    this.#event[index] = event;
  }

  #grow(): void {
    for (const name of ["at", "order", "event"] as const) this.#replace(name);
  }

  #replace(name: "at" | "order" | "event"): void {
    const old = name === "at" ? this.#at : name === "order" ? this.#order : this.#event;
    const larger = new Float64Array(2 * old.length);
    larger.set(old);
    if (name === "at") this.#at = larger;
    else if (name === "order") this.#order = larger;
    else this.#event = larger;
  }
}
