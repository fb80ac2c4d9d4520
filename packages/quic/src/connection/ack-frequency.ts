/** Asks the peer for fewer acknowledgements of a bulk flow: ACK_FREQUENCY, draft-ietf-quic-ack-frequency. */
import type { Instant } from "@flor/machine";
import { frameType } from "../frame/frame-type.ts";
import type { PacketBuilder } from "../frame/packet-builder.ts";
import { sentFrame } from "../recovery/sent-frames.ts";

/** This many acknowledgements per window are enough to clock the controller. */
const ACKS_PER_WINDOW = 8;
const THRESHOLD_MAX = 32;
/** Part of a round trip that an acknowledgement may wait. */
const DELAY_SHARE = 4;
const DELAY_MAX_MS = 25;
const FRAME_MAX_OCTETS = 2 + 4 * 8;

export class AckFrequency {
  /** The peer's min_ack_delay, milliseconds; `undefined`: it does not know the frame. */
  peerMinDelayMs: number | undefined;
  /** The longest delay that we asked for, milliseconds; -1: none. */
  askedDelayMs = -1;
  #askedThreshold = 1;
  #sequence = 0;
  #isOwed = false;
  #judgedAt: Instant = -Infinity;

  get isOwed(): boolean {
    return this.#isOwed;
  }

  /** Judges once a round trip whether the peer should acknowledge more often, or less. */
  update(windowOctets: number, datagramOctets: number, rttMs: number, now: Instant): void {
    if (this.peerMinDelayMs === undefined || now - this.#judgedAt < rttMs) return;
    this.#judgedAt = now;
    const packets = windowOctets / datagramOctets;
    const threshold = Math.max(1, Math.min(THRESHOLD_MAX, Math.floor(packets / ACKS_PER_WINDOW)));
    const isFar = threshold >= 2 * this.#askedThreshold || threshold * 2 <= this.#askedThreshold;
    if (!isFar) return;
    this.#askedThreshold = threshold;
    this.askedDelayMs = Math.max(this.peerMinDelayMs, Math.min(DELAY_MAX_MS, rttMs / DELAY_SHARE));
    this.#isOwed = true;
  }

  /** The frame was lost: the newest values go again. */
  handleLost(sequence: number): void {
    if (sequence === this.#sequence - 1) this.#isOwed = true;
  }

  fill(packet: PacketBuilder): void {
    if (!this.#isOwed || packet.room < FRAME_MAX_OCTETS) return;
    this.#isOwed = false;
    packet.varint(frameType.ackFrequency);
    packet.varint(this.#sequence);
    packet.varint(this.#askedThreshold);
    packet.varint(Math.round(this.askedDelayMs * 1000));
    packet.varint(1);
    packet.frames.add(sentFrame.ackFrequency, this.#sequence, 0, 0);
    packet.markEliciting();
    this.#sequence += 1;
  }
}
