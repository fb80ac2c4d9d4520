/**
 * One direction of an impaired path, without clock and sockets: packets go in with the time, and come out when due.
 *
 * In the order of a real path: too long? lost? damaged? then the bottleneck with its buffer, then the way.
 */
import { DepartureQueue } from "./departure-queue.ts";
import { checkImpairments, type Impairments, type PathCounts } from "./impairments.ts";
import { SeededRandom } from "./seeded-random.ts";

/** Packets on the way at most: 1 Gbit/s over one second in packets of 1,500 octets. */
const MAX_PACKETS = 83_000;
const DEFAULT_QUEUE_MS = 50;

export class ImpairedPath {
  readonly counts: PathCounts = {
    received: 0,
    sent: 0,
    lost: 0,
    queueFull: 0,
    tooLong: 0,
    reordered: 0,
    duplicated: 0,
    corrupted: 0,
    overflow: 0,
  };
  readonly #random: SeededRandom;
  readonly #waiting = new DepartureQueue<Uint8Array>();
  #impairments: Impairments = {};
  /** Until when the bottleneck is busy with what came before. */
  #busyUntil = 0;

  constructor(impairments: Impairments, seed: number) {
    this.#random = new SeededRandom(seed);
    this.change(impairments);
  }

  /** From now on the path does this; packets that are already on their way keep their time. */
  change(impairments: Impairments): void {
    checkImpairments(impairments);
    this.#impairments = impairments;
  }

  /**
   * Takes a packet. Returns true when the caller may send it on at once, unchanged; else the path has dropped it or
   * holds a copy of it. `packet` is borrowed: it may be overwritten after the call.
   */
  offer(packet: Uint8Array, now: number): boolean {
    this.counts.received += 1;
    const { mtuOctets, loss = 0, corrupt = 0, duplicate = 0, reorder = 0 } = this.#impairments;
    if (mtuOctets !== undefined && packet.length > mtuOctets) return this.#drop("tooLong");
    if (this.#random.chance(loss)) return this.#drop("lost");
    const leaves = this.#passBottleneck(packet.length, now);
    if (leaves === undefined) return this.#drop("queueFull");

    const isReordered = this.#random.chance(reorder);
    const at = isReordered ? now : leaves + this.#timeOnTheWay();
    const isDamaged = this.#random.chance(corrupt);
    const isDoubled = this.#random.chance(duplicate);
    if (isReordered) this.counts.reordered += 1;
    if (at <= now && !isDamaged && !isDoubled && this.#isNothingDue(now)) {
      this.counts.sent += 1;
      return true;
    }
    const copy = packet.slice();
    if (isDamaged) this.#damage(copy);
    this.#hold(copy, at);
    if (isDoubled) {
      this.counts.duplicated += 1;
      this.#hold(copy, at);
    }
    return false;
  }

  /** The next packet that has arrived by `now`, owned by the caller. */
  takeDue(now: number): Uint8Array | undefined {
    const packet = this.#waiting.takeDue(now);
    if (packet !== undefined) this.counts.sent += 1;
    return packet;
  }

  /** When to ask `takeDue` next, in milliseconds, or undefined when nothing is on its way. */
  get nextAt(): number | undefined {
    return this.#waiting.nextAt;
  }

  #drop(reason: "tooLong" | "lost" | "queueFull" | "overflow"): false {
    this.counts[reason] += 1;
    return false;
  }

  /** When the packet has left the bottleneck, or undefined when its buffer is full. */
  #passBottleneck(octets: number, now: number): number | undefined {
    const { rateBitsPerSecond, queueMs = DEFAULT_QUEUE_MS } = this.#impairments;
    if (rateBitsPerSecond === undefined) return now;
    const starts = Math.max(now, this.#busyUntil);
    if (starts - now > queueMs) return undefined;
    this.#busyUntil = starts + (octets * 8000) / rateBitsPerSecond;
    return this.#busyUntil;
  }

  #timeOnTheWay(): number {
    const { delayMs = 0, jitterMs = 0 } = this.#impairments;
    return jitterMs > 0 ? delayMs + this.#random.next() * jitterMs : delayMs;
  }

  #isNothingDue(now: number): boolean {
    const next = this.#waiting.nextAt;
    return next === undefined || next > now;
  }

  #damage(packet: Uint8Array): void {
    const spared = this.#impairments.sparedOctets ?? 0;
    if (packet.length <= spared) return;
    const index = spared + Math.floor(this.#random.next() * (packet.length - spared));
    packet[index] = packet[index]! ^ (1 << Math.floor(this.#random.next() * 8));
    this.counts.corrupted += 1;
  }

  #hold(packet: Uint8Array, at: number): void {
    if (this.#waiting.size >= MAX_PACKETS) this.#drop("overflow");
    else this.#waiting.push(packet, at);
  }
}
