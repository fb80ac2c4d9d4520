/**
 * Frames that wait for a stream to take them.
 *
 * A stream loses nothing, so a writer faster than its drain builds a queue in which every frame grows old, and
 * the congestion control above, which measures delay and loss, learns of it too late. So the queue is short in time:
 * 50 ms of what the stream drains, and the oldest data goes first. What is between neighbours (label GAL on top:
 * control connection and OAM) goes before data, so that a full stream does not look dead.
 */
import type { Instant } from "@flor/machine";
import { FRAME_HEADER_OCTETS } from "@flor/wire";
import { DrainRate } from "./drain-rate.ts";
import { encodeStreamFrame } from "./frame-reader.ts";

/** Octets that wait at most, whatever the stream drains. */
export const QUEUE_MAX_OCTETS = 262_144;
/** Octets of frames between neighbours that wait at most. */
export const PRIORITY_QUEUE_MAX_OCTETS = 65_536;
/** What waits goes within this time at the rate measured, or does not go. */
export const QUEUE_TARGET_MS = 50;
/** A queue of one long frame holds no other: this much is always allowed. */
const QUEUE_LEAST_OCTETS = 16_384;
/** Data that waited longer is of no use to anybody, whatever the rate. */
export const QUEUE_AGE_MAX_MS = 250;

/** The reserved label of what is between neighbours (RFC 5586). */
const GAL = 13;

interface QueuedFrame {
  readonly octets: Uint8Array;
  readonly queuedAt: Instant;
}

/** Two queues with bounds; what has to go is counted by `countDrop`. */
export class SendQueue {
  readonly rate: DrainRate = new DrainRate();
  readonly #countDrop: (reason: "drop.queue-age" | "drop.queue-full") => void;
  readonly #priority: QueuedFrame[] = [];
  readonly #data: QueuedFrame[] = [];
  #priorityOctets = 0;
  #dataOctets = 0;

  constructor(countDrop: (reason: "drop.queue-age" | "drop.queue-full") => void) {
    this.#countDrop = countDrop;
  }

  /** Octets that wait. */
  get octets(): number {
    return this.#priorityOctets + this.#dataOctets;
  }

  /** Takes a copy of the data frame `octets[at, end)`. */
  push(octets: Uint8Array, view: DataView, at: number, end: number, now: Instant): void {
    const frame = { octets: encodeStreamFrame(octets, at, end), queuedAt: now };
    if (isBetweenNeighbours(view, at, end)) this.#pushPriority(frame);
    else this.#pushData(frame);
  }

  /** The stream takes nothing now: drops the oldest data that would wait for too long. */
  trim(now: Instant): void {
    const wanted = Math.max(QUEUE_LEAST_OCTETS, this.rate.octetsIn(QUEUE_TARGET_MS, now));
    while (this.#dataOctets > wanted && this.#data.length > 1) this.#dropOldest("drop.queue-age");
  }

  /** The next frame to write, its length before it; `undefined` when none waits. */
  shift(now: Instant): Uint8Array | undefined {
    const first = this.#priority.shift();
    if (first !== undefined) {
      this.#priorityOctets -= first.octets.length;
      return first.octets;
    }
    this.#dropOlderThan(now - QUEUE_AGE_MAX_MS);
    const next = this.#data.shift();
    if (next !== undefined) this.#dataOctets -= next.octets.length;
    return next?.octets;
  }

  #pushPriority(frame: QueuedFrame): void {
    if (this.#priorityOctets + frame.octets.length > PRIORITY_QUEUE_MAX_OCTETS)
      return this.#countDrop("drop.queue-full");
    this.#priority.push(frame);
    this.#priorityOctets += frame.octets.length;
  }

  #pushData(frame: QueuedFrame): void {
    this.#data.push(frame);
    this.#dataOctets += frame.octets.length;
    while (this.#dataOctets > QUEUE_MAX_OCTETS) this.#dropOldest("drop.queue-full");
  }

  #dropOlderThan(instant: Instant): void {
    while ((this.#data[0]?.queuedAt ?? instant) < instant && this.#data.length > 1) this.#dropOldest("drop.queue-age");
  }

  #dropOldest(reason: "drop.queue-age" | "drop.queue-full"): void {
    const oldest = this.#data.shift();
    if (oldest === undefined) return;
    this.#dataOctets -= oldest.octets.length;
    this.#countDrop(reason);
  }
}

function isBetweenNeighbours(view: DataView, at: number, end: number): boolean {
  const stackAt = at + FRAME_HEADER_OCTETS;
  return stackAt + 4 <= end && view.getUint32(stackAt) >>> 12 === GAL;
}
