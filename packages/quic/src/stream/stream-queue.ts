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
    this.#head += 1;
    if (this.#head === this.#streams.length) {
      this.#streams.length = 0;
      this.#head = 0;
    } else if (this.#head > COMPACT_ABOVE && this.#head * 2 > this.#streams.length) {
      this.#streams.splice(0, this.#head);
      this.#head = 0;
    }
    return stream;
  }
}
