import type { Instant } from "@flor/machine";
import { DatagramSizer } from "./datagram-sizer.ts";
import { PaceEstimator } from "./pace-estimator.ts";
import { Pacer } from "./pacer.ts";
import type { PathFigures, QuicEngine } from "./quic-engine.ts";

/** Reading a path's figures costs as much as two packets. */
const FIGURES_EVERY_MS = 5;

/** Below this round trip the path is a loopback or a cable: bursts do no harm and timers are coarser than the pace. */
const UNPACED_BELOW_RTT_MS = 1;

/** When a connection may send and how much at once, by what its engine knows of the path. */
export class PathControl {
  readonly #engine: QuicEngine;
  readonly #pacer = new Pacer();
  readonly #estimator = new PaceEstimator();
  readonly #sizer: DatagramSizer;
  readonly #figures: PathFigures = {
    rttMs: 0,
    congestionWindowOctets: 0,
    deliveryRateOctetsPerSecond: 0,
    sentPackets: 0,
    receivedPackets: 0,
    lostPackets: 0,
    sentOctets: 0,
    receivedOctets: 0,
  };
  #readAt: Instant = -Infinity;
  /** The pacer held something back since the figures were last read. */
  #held = false;

  /** @param base octets of a datagram at first */
  constructor(engine: QuicEngine, base: number, ceiling: number) {
    this.#engine = engine;
    this.#sizer = new DatagramSizer(base, ceiling);
  }

  /** Octets of a datagram at most, now. */
  get datagramOctets(): number {
    return this.#sizer.size;
  }

  /** Octets a millisecond; 0: not paced. */
  get pace(): number {
    return this.#pacer.octetsPerMs;
  }

  setDatagramBounds(base: number, ceiling: number): void {
    this.#sizer.setBounds(base, ceiling);
  }

  /** When the next datagram may go, or `undefined` for now. */
  heldUntil(now: Instant): Instant | undefined {
    if (now - this.#readAt >= FIGURES_EVERY_MS) this.#update(now);
    if (this.#pacer.allows(now)) return undefined;
    this.#held = true;
    return this.#pacer.releaseAt(now);
  }

  /** Records a datagram that went. */
  spend(octets: number): void {
    this.#pacer.spend(octets);
  }

  /** The path's figures, read now; the object is used again. */
  read(): PathFigures {
    this.#engine.readFigures(this.#figures);
    return this.#figures;
  }

  #update(now: Instant): void {
    this.#readAt = now;
    const figures = this.read();
    const pace = this.#estimator.update(figures, this.#held, now);
    this.#held = false;
    this.#pacer.octetsPerMs = figures.rttMs < UNPACED_BELOW_RTT_MS ? 0 : pace;
    this.#sizer.update(figures.sentPackets, figures.lostPackets);
  }
}
