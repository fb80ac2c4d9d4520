/**
 * How large datagrams are: within what the port declares, by what arrives. A larger size is tried by a probe first,
 * RFC 8899; it is kept while little is lost (docs/adr/0005), and left when nothing of that size arrives any more.
 */
import type { Instant } from "@flor/machine";
import { DatagramSizer } from "../datagram-sizer.ts";

/** RFC 9000 section 14: the least that a path must carry. */
export const LEAST_DATAGRAM_OCTETS = 1200;
/** Probes of one size, RFC 8899 section 5.1.2: MAX_PROBES. */
const PROBES_MAX = 3;
/** The search for a size ends at this precision. */
const SEARCH_STEP_OCTETS = 256;
/** A size that was refused may be tried again after this long, RFC 8899 section 5.1.1: PMTU_RAISE_TIMER. */
const RAISE_MS = 600_000;
/** Large packets lost in a row, while smaller ones arrive or nothing does, that mean a black hole. */
const BLACK_HOLE_LOSSES = 8;

export class PathMtu {
  readonly #sizer: DatagramSizer;
  #base: number;
  /** What the path declares. */
  #pathBase: number;
  #pathCeiling: number;
  /** The peer takes no larger UDP payloads: max_udp_payload_size, RFC 9000 section 18.2. */
  #peerMost = Infinity;
  /** This size and those above are known not to arrive, for now. */
  #refused = Infinity;
  #refusedAt: Instant = 0;
  /** The largest size that a probe has proven. */
  #proven: number;
  #isProbing = false;
  /** The probe under way took a path that is no longer used. */
  #isStale = false;
  #failures = 0;
  #lostInRow = 0;
  /** When a large packet was last acknowledged. */
  #arrivedAt: Instant = -Infinity;
  #size: number;
  /** Larger packets would themselves be bursts at the present rate. */
  #most = Infinity;

  constructor(base: number, ceiling: number) {
    this.#sizer = new DatagramSizer(base, ceiling);
    this.#base = base;
    this.#pathBase = base;
    this.#pathCeiling = ceiling;
    this.#proven = base;
    this.#size = base;
  }

  /** Octets of a datagram at most, now. */
  get size(): number {
    return this.#size;
  }

  /** The size to try with a probe, or 0. */
  get probeSize(): number {
    if (this.#isProbing) return 0;
    const between = this.#refused - this.#proven;
    const next = between === Infinity ? Infinity : this.#proven + (between > SEARCH_STEP_OCTETS ? between >> 1 : 0);
    const wanted = Math.min(this.#sizer.size, next, this.#most);
    return wanted > this.#proven ? wanted : 0;
  }

  /** @param base crosses the path unsegmented: used at once; @param ceiling crosses it at all */
  setBounds(base: number, ceiling: number): void {
    this.#pathBase = base;
    this.#pathCeiling = ceiling;
    this.#bound();
  }

  /** @param octets of the largest UDP payload that the peer takes, 1,200 at least; nothing larger is sent or tried */
  limitToPeer(octets: number): void {
    if (octets === this.#peerMost) return;
    this.#peerMost = octets;
    this.#bound();
  }

  /** The path has changed: larger sizes are tried again, from the base on. */
  restart(): void {
    this.#forget(this.#base);
    this.#isStale = this.#isProbing;
    this.#settle();
  }

  /**
   * Counts of all packets so far: less than one in a thousand lost lets the size grow.
   *
   * @param most octets that are no burst at the present rate; the size is the base, or twice, four times … of it
   */
  update(sentPackets: number, lostPackets: number, most: number, now: Instant): void {
    this.#most = most === Infinity ? Infinity : this.#base * 2 ** Math.floor(Math.log2(Math.max(most / this.#base, 1)));
    if (now - this.#refusedAt > RAISE_MS) this.#refused = Infinity;
    this.#sizer.update(sentPackets, lostPackets);
    this.#settle();
  }

  handleProbeSent(): void {
    this.#isProbing = true;
  }

  handleProbe(octets: number, isAcked: boolean, now: Instant): void {
    this.#isProbing = false;
    if (this.#isStale) {
      this.#isStale = false;
      return;
    }
    if (isAcked) {
      this.#failures = 0;
      this.#proven = Math.max(this.#proven, Math.min(octets, this.#sizer.size));
    } else {
      this.#failures += 1;
      if (this.#failures >= PROBES_MAX) {
        this.#refuse(octets, now);
        this.#failures = 0;
      }
    }
    this.#settle();
  }

  /** A packet of data arrived or was lost. */
  handlePacket(octets: number, isAcked: boolean, now: Instant): void {
    if (octets <= LEAST_DATAGRAM_OCTETS) return;
    if (isAcked) {
      this.#lostInRow = 0;
      this.#arrivedAt = now;
      return;
    }
    // One that arrives shows the losses before it: a full buffer drops many in a row, a black hole lets none through.
    if (now === this.#arrivedAt) return;
    this.#lostInRow += 1;
    if (this.#lostInRow < BLACK_HOLE_LOSSES) return;
    this.#lostInRow = 0;
    const smaller = octets > this.#base ? this.#base : LEAST_DATAGRAM_OCTETS;
    this.#refuse(this.#size, now);
    this.#proven = Math.min(this.#proven, smaller);
    this.#settle();
  }

  #bound(): void {
    const before = this.#base;
    const base = Math.min(this.#pathBase, this.#peerMost);
    const ceiling = Math.min(this.#pathCeiling, this.#peerMost);
    this.#base = base;
    this.#sizer.setBounds(base, ceiling);
    if (base !== before || ceiling < this.#size) this.#forget(Math.min(base, ceiling));
    this.#settle();
  }

  #forget(proven: number): void {
    this.#proven = proven;
    this.#refused = Infinity;
    this.#failures = 0;
    this.#lostInRow = 0;
  }

  #refuse(octets: number, now: Instant): void {
    this.#refused = octets;
    this.#refusedAt = now;
  }

  #settle(): void {
    this.#size = Math.min(this.#sizer.size, this.#proven, this.#most);
  }
}
