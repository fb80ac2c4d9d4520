// Test support: a receiver that acknowledges every few packets, or after a short time.

/** Packets that are acknowledged together, and how long one of them waits at most. */
const TOGETHER = 4;
const DELAY_MS = 5;

export class LightReceiver {
  /** Packet numbers in the order in which they came first; ACK frames are marks in it. */
  readonly log: number[] = [];
  octets = 0;
  marks = 0;
  /** How far the log had been when the last acknowledgement left. */
  #acknowledged = 0;
  #largest = -1;
  #dueAt = Infinity;
  readonly #seen = new Set<number>();

  /** Takes a packet. Returns whether an acknowledgement is due now. */
  handleArrival(packet: number, octets: number, isMarked: boolean, now: number): boolean {
    if (isMarked) this.marks += 1;
    const isNew = packet > this.#largest || !this.#seen.has(packet);
    if (isNew) {
      this.octets += octets;
      this.log.push(packet);
    }
    const isInOrder = packet === this.#largest + 1;
    this.#note(packet);
    if (this.#dueAt === Infinity) this.#dueAt = now + DELAY_MS;
    return !isInOrder || isMarked || this.log.length - this.#acknowledged >= TOGETHER;
  }

  /** When an acknowledgement leaves at the latest. */
  get nextTimeout(): number {
    return this.#dueAt;
  }

  /** The log's length that an acknowledgement now reports. */
  acknowledge(): number {
    this.#acknowledged = this.log.length;
    this.#dueAt = Infinity;
    return this.#acknowledged;
  }

  /** Remembers packets a little behind the largest one, for those that come late or twice. */
  #note(packet: number): void {
    this.#seen.add(packet);
    this.#seen.delete(packet - 4096);
    this.#largest = Math.max(this.#largest, packet);
  }
}
