import { BoundedQueue } from "@flor/machine";

/** Runs tasks, a few at once; the others wait in a bounded queue. */
export class Places {
  #free: number;
  readonly #waiting: BoundedQueue<() => Promise<void>>;

  constructor(atOnce: number, waitingMax: number) {
    this.#free = atOnce;
    this.#waiting = new BoundedQueue(waitingMax);
  }

  /** Starts `task` now or when a place is free; false: the queue is full and it never runs. A task must not reject. */
  run(task: () => Promise<void>): boolean {
    if (this.#free === 0) return this.#waiting.push(task);
    this.#free -= 1;
    void this.#occupy(task);
    return true;
  }

  async #occupy(first: () => Promise<void>): Promise<void> {
    for (let task: (() => Promise<void>) | undefined = first; task !== undefined; task = this.#waiting.shift()) {
      await task();
    }
    this.#free += 1;
  }
}
