/**
 * How much each connection's peer may have in flight to this node: data that was received and not read yet is held in
 * our memory. A window is fixed before a connection's first packet, so it bounds that whatever the peer does.
 */

/** Connections of one peer that may have a window of the largest kind: its session, and the one before. */
const LARGE_PER_PEER = 2;
/** A connection gets so small a part of what is left that many get something. */
const SHARES = 8;

/** Bounds of a {@link WindowBudget}, octets. */
export interface WindowLimits {
  /** The largest window. */
  readonly maxConnectionWindowOctets: number;
  /** Of a peer's third connection, and any further one. */
  readonly furtherConnectionWindowOctets: number;
  /** The smallest window, given also when nothing is left. */
  readonly leastConnectionWindowOctets: number;
  /** The sum of all windows, those of the smallest kind left out. */
  readonly allWindowsOctets: number;
}

/** The windows of all connections that peers opened to an endpoint. */
export class WindowBudget {
  readonly #limits: WindowLimits;
  #granted = 0;

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  /** Octets granted now. */
  get granted(): number {
    return this.#granted;
  }

  /**
   * The window of a new connection, octets: a power of two, so that there are few kinds of them.
   *
   * @param served connections that the peer has already
   */
  grant(served: number): number {
    const limits = this.#limits;
    const wanted = served < LARGE_PER_PEER ? limits.maxConnectionWindowOctets : limits.furtherConnectionWindowOctets;
    const share = (limits.allWindowsOctets - this.#granted) / SHARES;
    const window = 2 ** Math.floor(Math.log2(Math.max(limits.leastConnectionWindowOctets, Math.min(wanted, share))));
    this.#granted += window;
    return window;
  }

  /** A connection is closed: what `grant` returned for it is free again. */
  release(window: number): void {
    this.#granted -= window;
  }
}
