// Test support: slots for packets in flight, as loss recovery keeps them.
import type { CongestionController, InFlightFields } from "./congestion-controller.ts";

/** Number of packets it has slots for. */
export function makeFields(slots: number): InFlightFields {
  return {
    sentAt: new Float64Array(slots),
    octets: new Uint32Array(slots),
    delivered: new Float64Array(slots),
    deliveredAt: new Float64Array(slots),
    firstSentAt: new Float64Array(slots),
    inFlight: new Float64Array(slots),
    lost: new Float64Array(slots),
    isLimited: new Uint8Array(slots),
  };
}

const SLOTS = 4096;

/** Packets that a test sends, acknowledges and loses by hand, one slot each. */
export class Flight {
  readonly fields: InFlightFields = makeFields(SLOTS);
  inFlight = 0;
  readonly #controller: CongestionController;
  readonly #octets: number;
  #next = 0;

  constructor(controller: CongestionController, octets: number) {
    this.#controller = controller;
    this.#octets = octets;
  }

  /** Sends packets at once; returns their slots. */
  send(count: number, now: number): number[] {
    return Array.from({ length: count }, () => {
      const slot = this.#next++ % SLOTS;
      this.fields.sentAt[slot] = now;
      this.fields.octets[slot] = this.#octets;
      this.inFlight += this.#octets;
      this.#controller.handleSent(this.fields, slot, this.inFlight, now);
      return slot;
    });
  }

  /** One ACK frame. */
  acknowledge(slots: readonly number[], now: number): void {
    for (const slot of slots) {
      this.inFlight -= this.#octets;
      this.#controller.handleAcked(this.fields, slot, now);
    }
    this.#controller.handleAcknowledgement(this.inFlight, now - this.fields.sentAt[slots.at(-1)!]!, now);
  }

  lose(slots: readonly number[], now: number, isPersistent = false): void {
    for (const slot of slots) {
      this.inFlight -= this.#octets;
      this.#controller.handleLost(this.fields, slot, now);
    }
    this.#controller.handleLossRound(this.inFlight, this.fields.sentAt[slots.at(-1)!]!, isPersistent, now);
  }
}
