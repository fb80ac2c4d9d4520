// Test support: one direction of a path with a bottleneck, and what it counts.

/** One direction. */
export interface Line {
  readonly mbitPerSecond: number;
  /** From end to end without a queue, milliseconds. */
  readonly delayMs: number;
  /** What waits before the bottleneck at most, octets. */
  readonly bufferOctets: number;
  /** Share lost at random. @default 0 */
  readonly loss?: number;
  /** Share that comes up to four milliseconds later than it should. @default 0 */
  readonly reordering?: number;
  /** Share that comes twice. @default 0 */
  readonly duplication?: number;
  /** Packets that wait longer than this are marked instead of dropped; absent: none are. */
  readonly markAboveMs?: number;
}

const OCTETS_PER_MS_OF_MBIT = 125;
const REORDERED_MS_MAX = 4;

/** What came of a packet. */
export const DROPPED = -1;

export class Bottleneck {
  readonly line: Line;
  sent = 0;
  dropped = 0;
  lost = 0;
  carriedOctets = 0;
  /** Whether the last packet was marked, or doubled. */
  isMarked = false;
  isDoubled = false;
  readonly #random: () => number;
  readonly #octetsPerMs: number;
  #busyUntil = 0;

  constructor(line: Line, random: () => number) {
    this.line = line;
    this.#random = random;
    this.#octetsPerMs = line.mbitPerSecond * OCTETS_PER_MS_OF_MBIT;
  }

  /** How long a packet that came now would wait, milliseconds. */
  queueMsAt(now: number): number {
    return Math.max(this.#busyUntil - now, 0);
  }

  /** Takes a packet; returns when it arrives, or {@link DROPPED}. */
  carry(octets: number, now: number): number {
    const waitMs = this.queueMsAt(now);
    this.sent += 1;
    if (waitMs * this.#octetsPerMs + octets > this.line.bufferOctets + octets) return this.#drop();
    this.#busyUntil = now + waitMs + octets / this.#octetsPerMs;
    this.carriedOctets += octets;
    if (this.#chance(this.line.loss)) {
      this.lost += 1;
      return DROPPED;
    }
    this.isMarked = waitMs > (this.line.markAboveMs ?? Infinity);
    this.isDoubled = this.#chance(this.line.duplication);
    const laterMs = this.#chance(this.line.reordering) ? this.#random() * REORDERED_MS_MAX : 0;
    return this.#busyUntil + this.line.delayMs + laterMs;
  }

  #drop(): number {
    this.dropped += 1;
    return DROPPED;
  }

  #chance(share: number | undefined): boolean {
    return share !== undefined && share > 0 && this.#random() < share;
  }
}
