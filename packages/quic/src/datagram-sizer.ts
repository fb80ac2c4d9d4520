/** Losses are judged over at least this many packets: with fewer, a single loss would be too many. */
const WINDOW_PACKETS = 1000;
const GROW_BELOW_LOSS = 0.001;
const FALL_ABOVE_LOSS = 0.005;

/**
 * Chooses how large a connection's datagrams are. A link cuts a datagram above `base` into segments and loses it whole
 * with any of them, but each costs the endpoints one packet's work: so large while little is lost, `base` when not.
 */
export class DatagramSizer {
  #base: number;
  #ceiling: number;
  #size: number;
  #sentAtStart = 0;
  #lostAtStart = 0;

  /** @param base octets that cross the path unsegmented */
  constructor(base: number, ceiling: number) {
    this.#base = base;
    this.#ceiling = ceiling;
    this.#size = base;
  }

  /** Octets of a datagram at most, now. */
  get size(): number {
    return this.#size;
  }

  /** Takes new bounds of the path; starts at `base` again when the present size no longer lies within. */
  setBounds(base: number, ceiling: number): void {
    const shrunk = ceiling < this.#size || base > this.#size || base < this.#base;
    this.#base = base;
    this.#ceiling = Math.max(base, ceiling);
    if (shrunk) this.#size = base;
  }

  /** Takes the connection's cumulative counts, and judges them once enough was sent since the last time. */
  update(sentPackets: number, lostPackets: number): void {
    const sent = sentPackets - this.#sentAtStart;
    const lost = lostPackets - this.#lostAtStart;
    const tooMany = lost > FALL_ABOVE_LOSS * WINDOW_PACKETS;
    if (sent < WINDOW_PACKETS && !tooMany) return;
    if (lost > FALL_ABOVE_LOSS * sent) this.#size = this.#base;
    else if (lost < GROW_BELOW_LOSS * sent) this.#size = Math.min(this.#ceiling, this.#size * 2);
    this.#sentAtStart = sentPackets;
    this.#lostAtStart = lostPackets;
  }
}
