/** How fast the path delivers, estimated from each acknowledgement: draft-ietf-ccwg-bbr section 4.1. */
import { FRACTIONAL, type Instant, LARGE_COUNT } from "@flor/machine";
import type { InFlightFields } from "./congestion-controller.ts";

/**
 * Keeps the counts that each packet takes a copy of when it is sent, and the sample of the present ACK frame. The sample
 * is of the packet that was sent last among those that the frame acknowledges.
 */
export class DeliveryRateSampler {
  /** Octets acknowledged, of the whole connection. */
  delivered: number = LARGE_COUNT;
  /** Octets lost or marked by the path. */
  lost = 0;

  /** Whether the frame acknowledged anything; the fields below are those of its sample. */
  hasSample = false;
  /** Octets a millisecond, 0: no rate could be told. */
  rate: number = FRACTIONAL;
  /** Octets delivered over the sample's interval. */
  sampleDelivered: number = LARGE_COUNT;
  /** Octets lost between the packet's sending and now. */
  sampleLost: number = LARGE_COUNT;
  /** `delivered` when the packet was sent: it tells rounds apart. */
  priorDelivered: number = LARGE_COUNT;
  /** Octets in flight when the packet was sent. */
  inFlightAtSend: number = LARGE_COUNT;
  /** A rate below what is known says nothing: we had nothing to send, or were late. */
  isLimited = false;
  /** When the packet was sent. */
  sentAt: Instant = FRACTIONAL;
  /** Octets that the frame acknowledged. */
  newlyAcked = 0;

  #deliveredAt: Instant = FRACTIONAL;
  #firstSentAt: Instant = FRACTIONAL;
  #priorDeliveredAt: Instant = FRACTIONAL;
  #priorLost: number = LARGE_COUNT;
  #sendElapsedMs: number = FRACTIONAL;
  /** Packets sent before this much was delivered are limited; 0: none are. */
  #limitedUntil: number = LARGE_COUNT;

  /** Whether what is sent now is limited by ourselves. */
  get isSendingLimited(): boolean {
    return this.#limitedUntil > 0;
  }

  /** Goes on with another's counts: packets in flight carry copies of them. What is sent from now on has its own times. */
  continueFrom({ delivered, lost }: DeliveryRateSampler, now: Instant): void {
    this.delivered = delivered;
    this.lost = lost;
    this.#deliveredAt = now;
    this.#firstSentAt = now;
  }

  handleSent(fields: InFlightFields, slot: number, inFlight: number, now: Instant): void {
    if (inFlight <= fields.octets[slot]!) this.#firstSentAt = this.#deliveredAt = now;
    fields.firstSentAt[slot] = this.#firstSentAt;
    fields.deliveredAt[slot] = this.#deliveredAt;
    fields.delivered[slot] = this.delivered;
    fields.lost[slot] = this.lost;
    fields.inFlight[slot] = inFlight;
    fields.isLimited[slot] = this.#limitedUntil > 0 ? 1 : 0;
  }

  handleAcked(fields: InFlightFields, slot: number, now: Instant): void {
    const octets = fields.octets[slot]!;
    this.delivered += octets;
    this.#deliveredAt = now;
    this.newlyAcked += octets;
    const sentAt = fields.sentAt[slot]!;
    const inFlight = fields.inFlight[slot]!;
    if (this.hasSample && (sentAt < this.sentAt || (sentAt === this.sentAt && inFlight < this.inFlightAtSend))) return;
    this.hasSample = true;
    this.sentAt = sentAt;
    this.inFlightAtSend = inFlight;
    this.priorDelivered = fields.delivered[slot]!;
    this.#priorDeliveredAt = fields.deliveredAt[slot]!;
    this.#priorLost = fields.lost[slot]!;
    this.isLimited = fields.isLimited[slot] === 1;
    this.#sendElapsedMs = sentAt - fields.firstSentAt[slot]!;
    this.#firstSentAt = sentAt;
  }

  /** Finishes the sample of a frame. Over less than the least round trip no rate can be told. */
  finish(minRttMs: number): void {
    if (this.#limitedUntil > 0 && this.delivered > this.#limitedUntil) this.#limitedUntil = 0;
    if (!this.hasSample) return;
    this.sampleDelivered = this.delivered - this.priorDelivered;
    this.sampleLost = this.lost - this.#priorLost;
    const intervalMs = Math.max(this.#sendElapsedMs, this.#deliveredAt - this.#priorDeliveredAt);
    const isReliable = intervalMs > 0 && (minRttMs === Infinity || intervalMs >= minRttMs);
    this.rate = isReliable ? this.sampleDelivered / intervalMs : 0;
  }

  /** Forgets the sample, before the next frame. */
  clear(): void {
    this.hasSample = false;
    this.rate = 0;
    this.newlyAcked = 0;
    this.sampleLost = 0;
  }

  /** What is in flight and what follows until then is limited by ourselves. */
  markLimited(inFlight: number): void {
    this.#limitedUntil = Math.max(this.delivered + inFlight, 1);
  }

  /** A packet that was counted as lost was delivered after all. */
  handleSpuriousLoss(octets: number): void {
    this.lost = Math.max(this.lost - octets, 0);
    this.delivered += octets;
  }
}
