import type { FrameDoor } from "./frame-door.ts";

/** Octets that wait at one link at most; beyond, the oldest frame of who has most is dropped. About 20 ms at 400 Mbit/s. */
export const TRANSIT_QUEUE_MAX_OCTETS = 1_048_576;
/** Octets of one source that are sent before it is another's turn: a frame of the usual largest size. */
const TURN_OCTETS = 16_384;
const EMPTY = new Uint8Array(0);

/** Frames of one source, the oldest first. */
class Waiting {
  octets = 0;
  /** What it may still send in this turn. */
  allowance = TURN_OCTETS;
  #frames: Uint8Array[] = [];
  #head = 0;

  get first(): Uint8Array | undefined {
    return this.#frames[this.#head];
  }

  push(frame: Uint8Array): void {
    this.#frames.push(frame);
    this.octets += frame.length;
  }

  shift(): void {
    this.octets -= this.first?.length ?? 0;
    this.#frames[this.#head] = EMPTY;
    this.#head += 1;
    if (this.#head > 1024 && this.#head * 2 > this.#frames.length) {
      this.#frames = this.#frames.slice(this.#head);
      this.#head = 0;
    }
  }
}

/**
 * Frames in transit that wait for the credit of a link. Those of one source leave in order; sources take turns (deficit round
 * robin, Shreedhar and Varghese), and who has most waiting makes room: what one sends too much costs no other a frame. Its
 * oldest goes, since the newest are the ones a congestion controller still waits for.
 */
export class TransitQueue {
  /** By source, in the order of their turns; none is empty. */
  readonly #sources = new Map<object, Waiting>();
  #octets = 0;
  #frames = 0;

  get octets(): number {
    return this.#octets;
  }

  get frames(): number {
    return this.#frames;
  }

  /**
   * Takes a frame (owned by the queue from now on); returns how many old ones made room.
   *
   * @param source who shares the queue with others: the neighbour that sent the frame
   */
  push(frame: Uint8Array, source: object): number {
    const waiting = this.#sources.get(source) ?? new Waiting();
    this.#sources.set(source, waiting);
    waiting.push(frame);
    this.#octets += frame.length;
    this.#frames += 1;
    let dropped = 0;
    while (this.#octets > TRANSIT_QUEUE_MAX_OCTETS && this.#frames > 1) {
      this.#shift(...this.#greediest(source, waiting));
      dropped += 1;
    }
    return dropped;
  }

  /** Sends what the link takes now. */
  drainTo(door: FrameDoor): void {
    for (const [source, waiting] of this.#sources) {
      for (let frame = waiting.first; frame !== undefined && frame.length <= waiting.allowance; frame = waiting.first) {
        const at = door.reserve(frame.length);
        if (at < 0) return;
        door.bundle.octets.set(frame, at);
        door.commit(frame.length);
        waiting.allowance -= frame.length;
        this.#shift(source, waiting);
      }
      if (waiting.first === undefined) continue;
      // Its next turn comes behind those of all others: this loop meets it again there.
      waiting.allowance += TURN_OCTETS;
      this.#sources.delete(source);
      this.#sources.set(source, waiting);
    }
  }

  /** Drops everything; returns how many frames. */
  clear(): number {
    const dropped = this.#frames;
    this.#sources.clear();
    this.#octets = 0;
    this.#frames = 0;
    return dropped;
  }

  /** Who has most waiting; the one that came last without a search, where it has its share or more. */
  #greediest(source: object, waiting: Waiting): [object, Waiting] {
    let most: [object, Waiting] = [source, waiting];
    if (waiting.octets * this.#sources.size >= this.#octets) return most;
    for (const one of this.#sources) if (one[1].octets > most[1].octets) most = one;
    return most;
  }

  #shift(source: object, waiting: Waiting): void {
    this.#octets -= waiting.first?.length ?? 0;
    this.#frames -= 1;
    waiting.shift();
    if (waiting.first === undefined) this.#sources.delete(source);
  }
}
