/** When and what to acknowledge: RFC 9000 section 13.2, and ACK_FREQUENCY (draft-ietf-quic-ack-frequency). */
import type { Instant } from "@flor/machine";
import { frameType } from "../frame/frame-type.ts";
import type { PacketBuilder } from "../frame/packet-builder.ts";
import { varintOctets } from "../packet/varint.ts";
import type { PacketSpace } from "../recovery/packet-space.ts";

/** What we promise as max_ack_delay, milliseconds. */
export const MAX_ACK_DELAY_MS = 5;
/** What we promise as min_ack_delay, microseconds: timers are no finer. */
export const MIN_ACK_DELAY_US = 1000;
/** ack_delay is told in units of 2^3 microseconds. */
export const ACK_DELAY_EXPONENT = 3;
/** RFC 9000 section 13.2.2: every second ack-eliciting packet, unless the peer asks for fewer. */
const THRESHOLD = 1;
/** Ranges of one ACK frame; their count takes one octet. */
const RANGES_MAX = 63;
const RANGE_MAX_OCTETS = 16;
/** An ACK frame with one range. */
const ACK_MIN_ROOM_OCTETS = 40;
/** Three varints at their longest, RFC 9000 section 19.3.2. */
const ECN_MAX_OCTETS = 24;
const TICK_MS = 2 ** ACK_DELAY_EXPONENT / 1000;

/** When acknowledgements of the application space go, and how all are written. */
export class AckPolicy {
  #threshold: number = THRESHOLD;
  #delayMs: number = MAX_ACK_DELAY_MS;
  #reorderingThreshold = 1;
  #sequence = -1;

  /** ACK_FREQUENCY: obsolete ones are ignored. */
  handleAckFrequency(sequence: number, threshold: number, delayUs: number, reorderingThreshold: number): void {
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    this.#threshold = threshold;
    this.#delayMs = delayUs / 1000;
    this.#reorderingThreshold = reorderingThreshold;
  }

  /** An ack-eliciting packet came; `before` is the largest of its space until then. */
  handleReceived(space: PacketSpace, packetNumber: number, before: number, isMarked: boolean, now: Instant): void {
    space.owedAcks += 1;
    const isPrompt = space.level !== "application" || space.owedAcks > this.#threshold || isMarked;
    if (isPrompt || this.#isOutOfOrder(packetNumber, before)) space.ackDueAt = now;
    else space.ackDueAt = Math.min(space.ackDueAt, now + this.#delayMs);
  }

  /** Writes an ACK frame when one is owed and there is room. */
  fill(packet: PacketBuilder, space: PacketSpace, slot: number, now: Instant): void {
    const { received, ecn } = space;
    const isEcn = ecn.isTold;
    const ecnOctets = isEcn ? ECN_MAX_OCTETS : 0;
    if (space.owedAcks === 0 || packet.room < ACK_MIN_ROOM_OCTETS + ecnOctets) return;
    packet.octet(isEcn ? frameType.ackEcn : frameType.ack);
    packet.varint(received.largest);
    packet.varint(Math.max(0, Math.floor((now - space.largestReceivedAt) / TICK_MS)));
    const head = varintOctets(received.largest - received.firstOf(0)) + 1;
    const most = Math.min(
      RANGES_MAX,
      received.count - 1,
      Math.floor((packet.room - head - ecnOctets) / RANGE_MAX_OCTETS),
    );
    let more = 0;
    while (more < most && received.lastOf(more + 1) > received.acknowledged) more += 1;
    packet.varint(more);
    packet.varint(received.largest - received.firstOf(0));
    for (let index = 1; index <= more; index += 1) {
      packet.varint(received.firstOf(index - 1) - received.lastOf(index) - 2);
      packet.varint(received.lastOf(index) - received.firstOf(index));
    }
    if (isEcn) {
      packet.varint(ecn.ect0);
      packet.varint(ecn.ect1);
      packet.varint(ecn.ce);
    }
    space.sent.ackLargest[slot] = received.largest;
    space.owedAcks = 0;
    space.ackDueAt = Infinity;
  }

  /** RFC 9000 section 13.2.1: a gap, or one that fills a gap; as the peer allows, 0: not at once. */
  #isOutOfOrder(packetNumber: number, before: number): boolean {
    if (this.#reorderingThreshold === 0 || before < 0) return false;
    if (packetNumber > before) return packetNumber - before > this.#reorderingThreshold;
    return true;
  }
}
