import type { InFlightFields } from "../congestion/congestion-controller.ts";
import { SentFrames } from "./sent-frames.ts";

/** What became of a sent packet. */
export const packetState = {
  /** Never sent, or forgotten. */
  none: 0,
  outstanding: 1,
  acked: 2,
  /** Declared lost; kept for a while, should it be acknowledged after all. */
  lost: 3,
} as const;

/** Bits of `flags`. */
export const ACK_ELICITING = 1;
export const IN_FLIGHT = 2;
/** A probe of the path's MTU: its loss says nothing of congestion, RFC 9000 section 14.4. */
export const MTU_PROBE = 4;

const FIRST_CAPACITY = 32;
/** Packets that are remembered in one space; nothing is sent while the ring is full. */
export const SENT_PACKETS_MAX = 131_072;

/** The packets sent in one space, a ring in typed arrays; the slot of a packet is its number modulo the size. */
export class SentPackets implements InFlightFields {
  sentAt: Float64Array = new Float64Array(FIRST_CAPACITY);
  octets: Uint32Array = new Uint32Array(FIRST_CAPACITY);
  delivered: Float64Array = new Float64Array(FIRST_CAPACITY);
  deliveredAt: Float64Array = new Float64Array(FIRST_CAPACITY);
  firstSentAt: Float64Array = new Float64Array(FIRST_CAPACITY);
  inFlight: Float64Array = new Float64Array(FIRST_CAPACITY);
  lost: Float64Array = new Float64Array(FIRST_CAPACITY);
  isLimited: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  state: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  flags: Uint8Array = new Uint8Array(FIRST_CAPACITY);
  /** The first of its frames in `frames`, by index. */
  framesAt: Float64Array = new Float64Array(FIRST_CAPACITY);
  frameCount: Uint16Array = new Uint16Array(FIRST_CAPACITY);
  /** The largest packet that an ACK frame in it acknowledged, or -1. */
  ackLargest: Float64Array = new Float64Array(FIRST_CAPACITY);
  readonly frames: SentFrames = new SentFrames();
  /** The oldest packet remembered. */
  base = 0;
  /** The next packet number. */
  next = 0;
  #mask = FIRST_CAPACITY - 1;

  slotOf(packetNumber: number): number {
    return packetNumber & this.#mask;
  }

  /** Whether there is no room for another packet. */
  get isFull(): boolean {
    return this.next - this.base >= SENT_PACKETS_MAX;
  }

  /** The slot of the packet `next`, which is counted by `next` when it is sent. Its frames begin at the tail. */
  reserve(): number {
    if (this.next - this.base > this.#mask) this.#grow();
    const slot = this.slotOf(this.next);
    this.state[slot] = packetState.none;
    this.framesAt[slot] = this.frames.tail;
    this.ackLargest[slot] = -1;
    return slot;
  }

  /** Forgets from the oldest on what is decided; lost packets, and mere acknowledgements, only when sent before `keepAfter`. */
  forget(keepAfter: number): void {
    const before = this.base;
    while (this.base < this.next) {
      const slot = this.slotOf(this.base);
      const state = this.state[slot];
      const isKept = state === packetState.outstanding ? ((this.flags[slot] ?? 0) & IN_FLIGHT) !== 0 : false;
      if (isKept) break;
      // Nobody need acknowledge what carries acknowledgements alone.
      const mayMatter = state === packetState.lost || state === packetState.outstanding;
      if (mayMatter && (this.sentAt[slot] ?? 0) > keepAfter) break;
      this.base += 1;
    }
    if (this.base === before) return;
    this.frames.head = this.base === this.next ? this.frames.tail : (this.framesAt[this.slotOf(this.base)] ?? 0);
  }

  #grow(): void {
    const [before, mask] = [this.#mask, this.#mask * 2 + 1];
    this.sentAt = this.#moved(this.sentAt, new Float64Array(mask + 1), before);
    this.octets = this.#moved(this.octets, new Uint32Array(mask + 1), before);
    this.delivered = this.#moved(this.delivered, new Float64Array(mask + 1), before);
    this.deliveredAt = this.#moved(this.deliveredAt, new Float64Array(mask + 1), before);
    this.firstSentAt = this.#moved(this.firstSentAt, new Float64Array(mask + 1), before);
    this.inFlight = this.#moved(this.inFlight, new Float64Array(mask + 1), before);
    this.lost = this.#moved(this.lost, new Float64Array(mask + 1), before);
    this.isLimited = this.#moved(this.isLimited, new Uint8Array(mask + 1), before);
    this.state = this.#moved(this.state, new Uint8Array(mask + 1), before);
    this.flags = this.#moved(this.flags, new Uint8Array(mask + 1), before);
    this.framesAt = this.#moved(this.framesAt, new Float64Array(mask + 1), before);
    this.frameCount = this.#moved(this.frameCount, new Uint16Array(mask + 1), before);
    this.ackLargest = this.#moved(this.ackLargest, new Float64Array(mask + 1), before);
    this.#mask = mask;
  }

  #moved<Fields extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(
    from: Fields,
    to: Fields,
    mask: number,
  ): Fields {
    const wider = to.length - 1;
    for (let packet = this.base; packet < this.next; packet += 1) to[packet & wider] = from[packet & mask] ?? 0;
    return to;
  }
}
