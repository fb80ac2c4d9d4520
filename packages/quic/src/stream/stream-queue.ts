import type { Stream } from "./stream.ts";

const COMPACT_ABOVE = 64;

/** Streams in the order in which they came; each is in it once, by the owner's flag. */
export class StreamQueue {
  #streams: Stream[] = [];
  #head = 0;

  get size(): number {
    return this.#streams.length - this.#head;
  }

  /** The stream that came first. */
  get front(): Stream | undefined {
    return this.#streams[this.#head];
  }

  push(stream: Stream): void {
    this.#streams.push(stream);
  }

  shift(): Stream | undefined {
    const stream = this.#streams[this.#head];
    if (stream === undefined) return undefined;
    if (this.#head + 1 === this.#streams.length) {
      // One by one: V8 makes a call into its runtime, and a new array, of `length = 0`.
      while (this.#streams.length > 0) this.#streams.pop();
      this.#head = 0;
      return stream;
    }
    this.#head += 1;
    if (this.#head > COMPACT_ABOVE && this.#head * 2 > this.#streams.length) {
      this.#streams.splice(0, this.#head);
      this.#head = 0;
    }
    return stream;
  }
}
