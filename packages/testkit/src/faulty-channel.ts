import { SeededRandom } from "@flor/impairment";

/** Probabilities, from 0 to 1, of what happens to a datagram. */
export interface ChannelFaults {
  readonly drop?: number;
  readonly duplicate?: number;
  /** Held back, so that later ones overtake it. */
  readonly reorder?: number;
  /** One octet changed. */
  readonly corrupt?: number;
}

interface InFlight {
  readonly octets: Uint8Array;
  readonly dueAt: number;
}

const LATENCY_MS = 0.05;
const HELD_BACK_MS = 3;
/** What Linux charges a datagram at most, beside twice its octets. */
const DATAGRAM_CHARGE_OCTETS = 832;

/** One direction of a datagram path under virtual time, with the faults that a seed repeats. */
export class FaultyChannel {
  faults: ChannelFaults = {};
  /** Nothing arrives while it is set: the receiver does not read. */
  isPaused = false;
  /** Sees every datagram sent; true drops it. */
  filter: ((datagram: Uint8Array) => boolean) | undefined;
  sent = 0;
  dropped = 0;
  /** The most that the receiver's kernel would have been charged at once. */
  peakChargeOctets = 0;
  readonly #random: SeededRandom;
  #inFlight: InFlight[] = [];

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** Takes a datagram (copied), which arrives a moment later, or not, or otherwise. */
  send(octets: Uint8Array, now: number): void {
    this.sent += 1;
    const { drop = 0, duplicate = 0 } = this.faults;
    if (this.filter?.(octets) === true || this.#random.chance(drop)) {
      this.dropped += 1;
      return;
    }
    this.#enqueue(octets, now);
    if (this.#random.chance(duplicate)) this.#enqueue(octets, now);
    this.peakChargeOctets = Math.max(this.peakChargeOctets, this.#chargeOctets());
  }

  /** When the next datagram arrives. */
  nextArrival(): number {
    if (this.isPaused) return Infinity;
    return this.#inFlight.reduce((earliest, { dueAt }) => Math.min(earliest, dueAt), Infinity);
  }

  /** Removes and returns a datagram that has arrived. */
  receive(now: number): Uint8Array | undefined {
    if (this.isPaused) return undefined;
    const index = this.#inFlight.findIndex(({ dueAt }) => dueAt <= now);
    return index < 0 ? undefined : this.#inFlight.splice(index, 1)[0]?.octets;
  }

  #enqueue(octets: Uint8Array, now: number): void {
    const { reorder = 0, corrupt = 0 } = this.faults;
    const copy = octets.slice();
    if (copy.length > 0 && this.#random.chance(corrupt)) {
      const at = this.#random.nextWord() % copy.length;
      copy[at] = (copy[at] ?? 0) ^ (1 + (this.#random.nextWord() % 255));
    }
    const held = this.#random.chance(reorder) ? HELD_BACK_MS * this.#random.next() : 0;
    this.#inFlight.push({ octets: copy, dueAt: now + LATENCY_MS + held });
  }

  #chargeOctets(): number {
    return this.#inFlight.reduce((sum, { octets }) => sum + 2 * octets.length + DATAGRAM_CHARGE_OCTETS, 0);
  }
}
