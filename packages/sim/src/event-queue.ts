import type { Instant } from "@flor/machine";

/** Events by time; of several at the same time, the one added first comes first. A binary heap. */
export class EventQueue<Happening> {
  // Parallel arrays, because there are millions.
  readonly #times: Instant[] = [];
  readonly #orders: number[] = [];
  readonly #happenings: Happening[] = [];
  #order = 0;

  /** Time of the next event; Infinity: there is none. */
  get nextAt(): Instant {
    return this.#times[0] ?? Infinity;
  }

  add(at: Instant, what: Happening): void {
    this.#order += 1;
    const times = this.#times;
    times.push(at);
    this.#orders.push(this.#order);
    this.#happenings.push(what);
    let child = times.length - 1;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      // A new event follows those of the same time.
      if (times[parent]! <= at) break;
      this.#move(parent, child);
      child = parent;
    }
    this.#put(child, at, this.#order, what);
  }

  /** The next one. */
  take(): Happening | undefined {
    const first = this.#happenings[0];
    const at = this.#times.pop();
    const order = this.#orders.pop()!;
    const last = this.#happenings.pop();
    if (at === undefined || this.#times.length === 0) return first;
    this.#sink(at, order, last!);
    return first;
  }

  #sink(at: Instant, order: number, what: Happening): void {
    const times = this.#times;
    let parent = 0;
    for (let child = 1; child < times.length; child = 2 * parent + 1) {
      if (child + 1 < times.length && this.#isBefore(child + 1, times[child]!, this.#orders[child]!)) child += 1;
      if (!this.#isBefore(child, at, order)) break;
      this.#move(child, parent);
      parent = child;
    }
    this.#put(parent, at, order, what);
  }

  #isBefore(index: number, at: Instant, order: number): boolean {
    const time = this.#times[index]!;
    return time < at || (time === at && this.#orders[index]! < order);
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from]!, this.#orders[from]!, this.#happenings[from]!);
  }

  #put(index: number, at: Instant, order: number, what: Happening): void {
    this.#times[index] = at;
    this.#orders[index] = order;
    this.#happenings[index] = what;
  }
}
