/**
 * Credit: loopback UDP drops silently when a receive buffer is full, so a sender may have no more under way than the
 * receiver has room for. All figures are cumulative from the start of the session: a lost update heals with the next.
 */

import { LARGE_COUNT } from "@flor/machine";

/** A datagram costs the kernel at most twice its octets and this much more (measured from 0 to 61,440 octets). */
const DATAGRAM_CHARGE_OCTETS = 832;

/** How much more than arrived a sender may claim to have sent: seconds of a flood without credit. */
export const PING_DATAGRAMS_MAX = 16_777_216;
const DATAGRAM_MAX_OCTETS = 65_535;

/** Datagrams and octets. */
export interface Amount {
  datagrams: number;
  octets: number;
}

/** What may be under way toward a socket with a receive buffer of `receiveBufferOctets` (as SO_RCVBUF reports it). */
export function windowOf(receiveBufferOctets: number): Amount {
  return {
    datagrams: Math.max(2, Math.floor(receiveBufferOctets / 2 / DATAGRAM_CHARGE_OCTETS)),
    octets: Math.max(4096, Math.floor(receiveBufferOctets / 4)),
  };
}

/** The sender's side. */
export class CreditWindow {
  readonly sent: Amount = { datagrams: LARGE_COUNT, octets: LARGE_COUNT };
  readonly limit: Amount = { datagrams: LARGE_COUNT, octets: LARGE_COUNT };

  /** Whether a datagram of `octets` may be sent now. */
  allows(octets: number): boolean {
    return this.sent.datagrams < this.limit.datagrams && this.sent.octets + octets <= this.limit.octets;
  }

  /** A datagram of `octets` was sent. */
  spend(octets: number): void {
    this.sent.datagrams += 1;
    this.sent.octets += octets;
  }

  /** Raises the limit; an older, lower one changes nothing. Returns whether anything was gained. */
  raise(datagrams: number, octets: number): boolean {
    const gained = datagrams > this.limit.datagrams || octets > this.limit.octets;
    this.limit.datagrams = Math.max(this.limit.datagrams, datagrams);
    this.limit.octets = Math.max(this.limit.octets, octets);
    return gained;
  }
}

/** The receiver's side. */
export class CreditGrant {
  readonly window: Amount;
  readonly received: Amount = { datagrams: LARGE_COUNT, octets: LARGE_COUNT };
  readonly #reported: Amount = { datagrams: LARGE_COUNT, octets: LARGE_COUNT };

  constructor(receiveBufferOctets: number) {
    this.window = windowOf(receiveBufferOctets);
  }

  /** A datagram of `octets` was taken. */
  take(octets: number): void {
    this.received.datagrams += 1;
    this.received.octets += octets;
  }

  /** A quarter of the window was taken since the last report: report now. */
  get isDue(): boolean {
    return (
      (this.received.datagrams - this.#reported.datagrams) * 4 >= this.window.datagrams ||
      (this.received.octets - this.#reported.octets) * 4 >= this.window.octets
    );
  }

  /**
   * Everything sent before a Ping has arrived before it, or never will, so the sender's figures replace ours. Returns how
   * many datagrams were lost; `undefined` if nobody can have sent that much since the last Ping. A sender that gives no
   * figures changes nothing.
   */
  settle(sentDatagrams: number, sentOctets: number): number | undefined {
    if (sentDatagrams === 0) return 0;
    const datagrams = sentDatagrams - this.received.datagrams;
    const octets = sentOctets - this.received.octets;
    if (datagrams > PING_DATAGRAMS_MAX || octets > PING_DATAGRAMS_MAX * DATAGRAM_MAX_OCTETS) return undefined;
    const lost = Math.max(0, sentDatagrams - this.received.datagrams);
    this.received.datagrams = sentDatagrams;
    this.received.octets = sentOctets;
    return lost;
  }

  /** The report to send, which then counts as sent. */
  report(): { receivedDatagrams: number; receivedOctets: number; limitDatagrams: number; limitOctets: number } {
    this.#reported.datagrams = this.received.datagrams;
    this.#reported.octets = this.received.octets;
    return {
      receivedDatagrams: this.received.datagrams,
      receivedOctets: this.received.octets,
      limitDatagrams: this.received.datagrams + this.window.datagrams,
      limitOctets: this.received.octets + this.window.octets,
    };
  }
}
