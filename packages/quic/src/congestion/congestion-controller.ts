/**
 * The seam between loss recovery (RFC 9002) and congestion control. Recovery knows packets; a controller knows octets,
 * time and delivery. Plain numbers, no object per packet: the sample of an acknowledgement is one object, used again.
 *
 * For each ACK frame, in this order: `handleLost` for each packet it shows to be lost, then `handleLossRound`;
 * `handleCongestionExperienced`; `handleAcked` for each packet it acknowledges; then `handleAcknowledgement`.
 */
import type { Instant } from "@flor/machine";

/**
 * What a controller wants kept with each packet in flight, one slot per packet: recovery owns the slots (a ring of typed
 * arrays), a controller reads and writes these fields by slot.
 */
export interface InFlightFields {
  readonly sentAt: Float64Array;
  readonly octets: Uint32Array;
  /** Octets delivered, and when, at the time of sending: BBR's delivery rate sampling. */
  readonly delivered: Float64Array;
  readonly deliveredAt: Float64Array;
  readonly firstSentAt: Float64Array;
  /** Octets in flight just after this packet was sent. */
  readonly inFlight: Float64Array;
  /** Octets lost so far, at the time of sending. */
  readonly lost: Float64Array;
  /** 1: nothing more was there to send, or we were late ourselves, so that a low rate says nothing of the path. */
  readonly isLimited: Uint8Array;
}

/** What every controller is made with. */
export interface CongestionOptions {
  /** The largest datagram at first, octets. */
  readonly datagramOctets: number;
  /** Numbers in [0, 1): probes of several flows must not coincide. */
  readonly random: () => number;
}

/** One congestion controller with its pacing rate. */
export interface CongestionController {
  /** Octets that may be in flight. */
  readonly windowOctets: number;
  /** Octets a millisecond; Infinity: not paced. */
  readonly pacingRate: number;
  /** Octets that may leave at once however they are paced. */
  readonly sendQuantum: number;
  /** Octets of a datagram at most, so that one alone is no burst; Infinity: any. */
  readonly datagramOctetsMax: number;
  /** How much lateness of our own may be made up for at once, in milliseconds at the pacing rate. */
  readonly lateCreditMs: number;
  /** What the controller does now, for people. */
  readonly phase: string;
  /** A packet in flight was sent; `slot`'s sentAt and octets are set. `inFlight` counts it. */
  handleSent(fields: InFlightFields, slot: number, inFlight: number, now: Instant): void;
  /** One packet was acknowledged for the first time; call `handleAcknowledgement` after the last of a frame. */
  handleAcked(fields: InFlightFields, slot: number, now: Instant): void;
  /** One packet was declared lost; call `handleLossRound` after the last. */
  handleLost(fields: InFlightFields, slot: number, now: Instant): void;
  /**
   * The packets of one ACK frame were given.
   *
   * @param rttMs the time since the largest newly acknowledged packet was sent, not adjusted by the peer's delay; -1
   *   when the frame gives no sample, and for packets of Initial and Handshake: their path may be another
   */
  handleAcknowledgement(inFlight: number, rttMs: number, now: Instant): void;
  /** The packets of one detection were given. `isPersistent`: RFC 9002 section 7.6. */
  handleLossRound(inFlight: number, largestLostSentAt: Instant, isPersistent: boolean, now: Instant): void;
  /** A packet that was declared lost was acknowledged after all. */
  handleSpuriousLoss(octets: number, now: Instant): void;
  /** More Congestion Experienced marks were reported, RFC 9000 section 13.4. */
  handleCongestionExperienced(newMarks: number, sentAt: Instant, now: Instant): void;
  /** There is nothing to send, or we sent late: what follows is limited by ourselves. */
  handleLimited(inFlight: number): void;
  /** Roughly how late this host's turns have been recently, milliseconds. */
  handleLateness(usualMs: number): void;
  /** How long the handshake's round trip took: a first guess for the pacing rate, nothing else. */
  handleHandshakeRoundTrip(rttMs: number): void;
  /** Packets take another path from now on: what was learned of the old one is forgotten. */
  handlePathChange(now: Instant): void;
  /** The largest datagram changed. */
  setDatagramOctets(octets: number): void;
}
