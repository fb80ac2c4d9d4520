import type { FrameDoor } from "./frame-door.ts";

/** Octets that wait at one link at most; beyond, the oldest frame is dropped. About 20 ms at 400 Mbit/s. */
export const TRANSIT_QUEUE_MAX_OCTETS = 1_048_576;

/**
 * Frames in transit that wait for the credit of a link: first in, first out, the oldest dropped when full, since the
 * newest are the ones a congestion controller still waits for.
 */
export class TransitQueue {
  #frames: Uint8Array[] = [];
  #head = 0;
  #octets = 0;

  get octets(): number {
    return this.#octets;
  }

  get frames(): number {
    return this.#frames.length - this.#head;
  }

  /** Takes a frame (owned by the queue from now on); returns how many old ones made room. */
  push(frame: Uint8Array): number {
    this.#frames.push(frame);
    this.#octets += frame.length;
    let dropped = 0;
    while (this.#octets > TRANSIT_QUEUE_MAX_OCTETS && this.frames > 1) {
      this.#shift();
      dropped += 1;
    }
    return dropped;
  }

  /** Sends what the link takes now. */
  drainTo(door: FrameDoor): void {
    while (this.frames > 0) {
      const frame = this.#frames[this.#head];
      if (frame === undefined) break;
      const at = door.reserve(frame.length);
      if (at < 0) return;
      door.bundle.octets.set(frame, at);
      door.commit(frame.length);
      this.#shift();
    }
  }

  /** Drops everything; returns how many frames. */
  clear(): number {
    const dropped = this.frames;
    this.#frames = [];
    this.#head = 0;
    this.#octets = 0;
    return dropped;
  }

  #shift(): void {
    this.#octets -= this.#frames[this.#head]?.length ?? 0;
    this.#frames[this.#head] = EMPTY;
    this.#head += 1;
    if (this.#head > 1024 && this.#head * 2 > this.#frames.length) {
      this.#frames = this.#frames.slice(this.#head);
      this.#head = 0;
    }
  }
}

const EMPTY = new Uint8Array(0);
