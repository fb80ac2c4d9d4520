/**
 * Loss detection, RFC 9002 section 6, for the three spaces of one connection. What is lost or acknowledged is told to
 * its frames' owner and to the congestion controller.
 */
import { FRACTIONAL, type Instant } from "@flor/machine";
import type { CongestionController } from "../congestion/congestion-controller.ts";
import type { PacketSpace } from "./packet-space.ts";
import { GRANULARITY_MS, RttEstimator } from "./rtt-estimator.ts";
import { ACK_ELICITING, IN_FLIGHT, MTU_PROBE, packetState } from "./sent-packets.ts";

/** RFC 9002 section 6.1.1: kPacketThreshold; grows where reordering shows. */
const PACKET_THRESHOLD = 3;
const PACKET_THRESHOLD_MAX = 128;
/** RFC 9002 section 6.1.2: kTimeThreshold; grows likewise. */
const TIME_THRESHOLD = 9 / 8;
const TIME_THRESHOLD_MAX = 2;
/** RFC 9002 section 7.6.1: kPersistentCongestionThreshold. */
const PERSISTENT_CONGESTION_THRESHOLD = 3;
/** 2^n times the probe timeout at most: beyond, waiting longer helps nobody. */
const BACK_OFF_MAX = 10;
/** So many time-outs in a row are more than a lost packet. */
const UNANSWERED_PROBES = 2;
/** Probes a time-out sends, RFC 9002 section 6.2.4. */
const PROBES = 2;

/** The owner of what packets carry. `slot` is of the space's `sent.frames`. */
export interface FrameOwner {
  handleFrameAcked(space: PacketSpace, slot: number): void;
  handleFrameLost(space: PacketSpace, slot: number): void;
  /** A probe of the path's MTU arrived, or did not. */
  handleMtuProbe(octets: number, isAcked: boolean, now: Instant): void;
  /** A packet larger than a probe's needs was acknowledged or lost: what a black hole shows by. */
  handlePacketFate(octets: number, isAcked: boolean, now: Instant): void;
}

/** Loss recovery of one connection. */
export class Recovery {
  readonly rtt: RttEstimator = new RttEstimator();
  readonly controller: CongestionController;
  readonly #spaces: readonly PacketSpace[];
  readonly #owner: FrameOwner;
  /** Octets in flight, all spaces. */
  inFlight = 0;
  /** Time-outs in a row. */
  probeCount = 0;
  /** When the first of them was; meaningless without any. */
  #probingSince: Instant = FRACTIONAL;
  /** The handshake is confirmed: packets of the application space are probed too, RFC 9002 section 6.2.1. */
  isConfirmed = false;
  /** A client whose peer may not send before it hears from us, RFC 9002 section 6.2.2.1. */
  mayDeadlock = false;
  /** The peer's, milliseconds; it does not delay before the handshake is confirmed. */
  peerMaxAckDelay = 0;
  sentPackets = 0;
  lostPackets = 0;
  spuriousLosses = 0;
  #packetThreshold = PACKET_THRESHOLD;
  #timeThreshold = TIME_THRESHOLD;
  #lastActivityAt: Instant = FRACTIONAL;
  /** When something was last acknowledged, or first sent after nothing waited; meaningless while nothing waits. */
  #silentSince: Instant = FRACTIONAL;
  /** What was sent before went another path: it says nothing of this one. */
  #pathSince: Instant = -Infinity;
  /** A round trip was not believed: the next one is. */
  #isSampleDoubted = false;
  // Of the ACK frame being taken.
  #newlyAcked = 0;
  #isElicitingAcked = false;
  #largestNew = -1;
  /** Slots of packets in flight that it acknowledges: the controller hears of losses first. */
  readonly #ackedSlots: number[] = [];
  #ackedCount = 0;

  constructor(spaces: readonly PacketSpace[], controller: CongestionController, owner: FrameOwner) {
    this.#spaces = spaces;
    this.controller = controller;
    this.#owner = owner;
  }

  /** The packet `sent.next`, whose slot is filled, has gone. */
  handleSent(space: PacketSpace, slot: number, octets: number, flags: number, now: Instant): void {
    const { sent } = space;
    sent.sentAt[slot] = now;
    sent.octets[slot] = octets;
    sent.flags[slot] = flags;
    sent.state[slot] = packetState.outstanding;
    sent.frameCount[slot] = sent.frames.tail - (sent.framesAt[slot] ?? 0);
    sent.next += 1;
    this.sentPackets += 1;
    if ((flags & ACK_ELICITING) !== 0) {
      space.lastElicitingAt = now;
      space.eliciting += 1;
      if (space.eliciting === 1) this.#silentSince = now;
      if (space.probes > 0) space.probes -= 1;
    }
    if ((flags & IN_FLIGHT) === 0) return;
    this.inFlight += octets;
    this.controller.handleSent(sent, slot, this.inFlight, now);
  }

  /** Takes the ranges of one ACK frame: `beginAck`, `ackRange` for each, `endAck`. False: it acknowledges what was never sent. */
  beginAck(space: PacketSpace, largest: number): boolean {
    if (largest >= space.sent.next) return false;
    this.#newlyAcked = 0;
    this.#isElicitingAcked = false;
    this.#largestNew = -1;
    this.#ackedCount = 0;
    return true;
  }

  /** Packets first to last, inclusive. False: one of them was skipped on purpose. */
  ackRange(space: PacketSpace, first: number, last: number, now: Instant): boolean {
    const { sent } = space;
    for (let packet = Math.max(first, sent.base); packet <= last; packet += 1) {
      const slot = sent.slotOf(packet);
      const state = sent.state[slot];
      if (state === packetState.outstanding) this.#acknowledge(space, packet, slot, now);
      else if (state === packetState.lost) this.#undoLoss(space, packet, slot, now);
      else if (state === packetState.none) return false;
    }
    return true;
  }

  /** @param ackDelay decoded, milliseconds */
  endAck(space: PacketSpace, largest: number, ackDelay: number, now: Instant): void {
    if (largest > space.largestAcked) space.largestAcked = largest;
    if (this.#newlyAcked === 0) return;
    const { sent } = space;
    let sample = -1;
    const sentAt = sent.sentAt[sent.slotOf(largest)] ?? now;
    if (this.#largestNew === largest && this.#isElicitingAcked && sentAt >= this.#pathSince) {
      sample = now - sentAt;
      const delay = this.isConfirmed ? Math.min(ackDelay, this.peerMaxAckDelay) : ackDelay;
      if (this.#isBelieved(sample)) this.rtt.update(sample, space.level === "application" ? delay : 0, now);
      else sample = -1;
    }
    this.probeCount = 0;
    this.#lastActivityAt = now;
    this.#silentSince = now;
    this.detectLoss(space, now);
    for (let index = 0; index < this.#ackedCount; index += 1) {
      const slot = this.#ackedSlots[index] ?? 0;
      if (this.#isOfThisPath(space, slot)) this.controller.handleAcked(sent, slot, now);
    }
    // The path of the handshake may be another than that of the data.
    this.controller.handleAcknowledgement(this.inFlight, space.level === "application" ? sample : -1, now);
    sent.forget(now - 2 * this.probeTimeout);
  }

  /** Declares lost what is, RFC 9002 section 6.1, and sets the space's loss time. */
  detectLoss(space: PacketSpace, now: Instant): void {
    const { sent } = space;
    space.lossTime = Infinity;
    const waitMs = Math.max(this.#timeThreshold * Math.max(this.rtt.latest, this.rtt.smoothed), GRANULARITY_MS);
    const lostBelow = space.largestAcked - this.#packetThreshold;
    let lost = 0;
    let largestLostAt: Instant = -Infinity;
    let runStart: Instant = Infinity;
    let longestRun = 0;
    // Below it nothing is outstanding, however long a lost packet is remembered.
    let packet = Math.max(sent.base, space.outstandingFrom);
    for (; packet <= space.largestAcked; packet += 1) {
      const slot = sent.slotOf(packet);
      const state = sent.state[slot];
      const sentAt = sent.sentAt[slot] ?? 0;
      if (state === packetState.acked) runStart = Infinity;
      if (state !== packetState.outstanding) continue;
      // The same sum as the timer's, or rounding could make it due and nothing lost.
      if (packet > lostBelow && sentAt + waitMs > now) {
        space.lossTime = sentAt + waitMs;
        break;
      }
      const flags = sent.flags[slot] ?? 0;
      if ((flags & MTU_PROBE) === 0 && (flags & IN_FLIGHT) !== 0 && sentAt >= this.#pathSince) {
        lost += 1;
        largestLostAt = sentAt;
        if (sentAt > this.rtt.firstSampleAt && this.rtt.firstSampleAt >= 0) {
          runStart = Math.min(runStart, sentAt);
          longestRun = Math.max(longestRun, sentAt - runStart);
        }
      }
      this.#lose(space, slot, now);
    }
    space.outstandingFrom = packet;
    if (lost === 0) return;
    const isPersistent = longestRun > this.#persistentMs();
    this.controller.handleLossRound(this.inFlight, largestLostAt, isPersistent, now);
  }

  /** When `handleTimeout` is due, Infinity: never. */
  nextTimeout(): Instant {
    let next = Infinity;
    for (const space of this.#spaces) if (space.lossTime < next) next = space.lossTime;
    return next === Infinity ? this.#nextProbe() : next;
  }

  /** Declares losses, or asks for probes, RFC 9002 section 6.2. */
  handleTimeout(now: Instant): void {
    if (now < this.nextTimeout()) return;
    let wasLoss = false;
    for (const space of this.#spaces) {
      if (space.lossTime > now) continue;
      wasLoss = true;
      this.detectLoss(space, now);
    }
    if (wasLoss) return;
    const space = this.#spaces.find((each) => this.#probeAt(each) <= now) ?? this.#deadlockSpace();
    if (space !== undefined) {
      space.probes = PROBES;
      this.offerAgain(space);
    }
    if (this.probeCount === 0) this.#probingSince = now;
    this.probeCount = Math.min(this.probeCount + 1, BACK_OFF_MAX);
    this.#lastActivityAt = now;
  }

  /**
   * Packets go another way from now on: congestion control and round trips begin again, and what was sent before counts
   * for neither, RFC 9000 section 9.4. It is still in flight, and lost when it is.
   */
  handlePathChange(now: Instant): void {
    this.#pathSince = now;
    this.controller.handlePathChange(now);
    this.rtt.restart();
    this.probeCount = 0;
    this.#silentSince = now;
  }

  /** When the first of at least two time-outs in a row was; `undefined`: what is sent is acknowledged. */
  get unansweredSince(): Instant | undefined {
    return this.probeCount < UNANSWERED_PROBES ? undefined : this.#probingSince;
  }

  /**
   * Since when what was sent waits, and nothing of it is acknowledged; `undefined`: nothing waits. Each packet that is sent
   * puts the time-outs off, RFC 9002 section 6.2.1, but not this.
   */
  get silentSince(): Instant | undefined {
    return this.#spaces.some((space) => space.eliciting > 0) ? this.#silentSince : undefined;
  }

  /** RFC 9002 section 6.2.1, without back-off; three of these are how long a close is remembered. */
  get probeTimeout(): number {
    return this.rtt.probeTimeout + this.peerMaxAckDelay;
  }

  /** A space's keys are gone: its packets are neither lost nor in flight, RFC 9002 section 6.4. */
  discard(space: PacketSpace): void {
    const { sent } = space;
    for (let packet = sent.base; packet < sent.next; packet += 1) {
      const slot = sent.slotOf(packet);
      if (sent.state[slot] !== packetState.outstanding) continue;
      sent.state[slot] = packetState.acked;
      if (((sent.flags[slot] ?? 0) & IN_FLIGHT) !== 0) this.inFlight -= sent.octets[slot] ?? 0;
    }
    sent.forget(Infinity);
    space.eliciting = 0;
    this.probeCount = 0;
  }

  /** All that is in flight of a space must go again: a Retry came, RFC 9000 section 17.2.5.3. */
  restart(space: PacketSpace): void {
    const { sent } = space;
    for (let packet = sent.base; packet < sent.next; packet += 1) {
      const slot = sent.slotOf(packet);
      if (sent.state[slot] === packetState.outstanding) this.#offerFrames(space, slot);
    }
    this.discard(space);
  }

  #acknowledge(space: PacketSpace, packet: number, slot: number, now: Instant): void {
    const { sent } = space;
    const flags = sent.flags[slot] ?? 0;
    const octets = sent.octets[slot] ?? 0;
    sent.state[slot] = packetState.acked;
    this.#newlyAcked += 1;
    if (packet > this.#largestNew) this.#largestNew = packet;
    if ((flags & ACK_ELICITING) !== 0) {
      this.#isElicitingAcked = true;
      space.eliciting -= 1;
    }
    if ((flags & IN_FLIGHT) !== 0) {
      this.inFlight -= octets;
      this.#ackedSlots[this.#ackedCount] = slot;
      this.#ackedCount += 1;
    }
    if ((flags & MTU_PROBE) !== 0) this.#owner.handleMtuProbe(octets, true, now);
    else this.#owner.handlePacketFate(octets, true, now);
    this.#tellAcked(space, slot);
  }

  /** It was only late: the frames are there, and the thresholds were too tight. */
  #undoLoss(space: PacketSpace, packet: number, slot: number, now: Instant): void {
    const { sent } = space;
    const octets = sent.octets[slot] ?? 0;
    sent.state[slot] = packetState.acked;
    this.#newlyAcked += 1;
    if (packet > this.#largestNew) this.#largestNew = packet;
    this.spuriousLosses += 1;
    const distance = space.largestAcked - packet;
    if (distance >= this.#packetThreshold)
      this.#packetThreshold = Math.min(PACKET_THRESHOLD_MAX, Math.max(distance + 1, this.#packetThreshold));
    else this.#timeThreshold = Math.min(TIME_THRESHOLD_MAX, this.#timeThreshold + 1 / 8);
    const isData = ((sent.flags[slot] ?? 0) & (IN_FLIGHT | MTU_PROBE)) === IN_FLIGHT;
    if (isData && this.#isOfThisPath(space, slot)) this.controller.handleSpuriousLoss(octets, now);
    this.#tellAcked(space, slot);
  }

  #isOfThisPath({ sent }: PacketSpace, slot: number): boolean {
    return (sent.sentAt[slot] ?? 0) >= this.#pathSince;
  }

  #tellAcked(space: PacketSpace, slot: number): void {
    const { sent, received } = space;
    const ackLargest = sent.ackLargest[slot] ?? -1;
    if (ackLargest > received.acknowledged) received.acknowledged = ackLargest;
    const from = sent.framesAt[slot] ?? 0;
    const count = sent.frameCount[slot] ?? 0;
    for (let index = 0; index < count; index += 1)
      this.#owner.handleFrameAcked(space, sent.frames.slotOf(from + index));
  }

  #lose(space: PacketSpace, slot: number, now: Instant): void {
    const { sent } = space;
    const flags = sent.flags[slot] ?? 0;
    const octets = sent.octets[slot] ?? 0;
    sent.state[slot] = packetState.lost;
    if ((flags & ACK_ELICITING) !== 0) space.eliciting -= 1;
    if ((flags & IN_FLIGHT) !== 0) this.inFlight -= octets;
    if ((flags & MTU_PROBE) !== 0) this.#owner.handleMtuProbe(octets, false, now);
    else if ((flags & IN_FLIGHT) !== 0) {
      this.lostPackets += 1;
      if (this.#isOfThisPath(space, slot)) {
        this.controller.handleLost(sent, slot, now);
        this.#owner.handlePacketFate(octets, false, now);
      }
    }
    this.#offerFrames(space, slot);
  }

  #offerFrames(space: PacketSpace, slot: number): void {
    const { sent } = space;
    const from = sent.framesAt[slot] ?? 0;
    const count = sent.frameCount[slot] ?? 0;
    for (let index = 0; index < count; index += 1) this.#owner.handleFrameLost(space, sent.frames.slotOf(from + index));
  }

  /** What the oldest packets in flight carry goes into the probes, RFC 9002 section 6.2.4. */
  offerAgain(space: PacketSpace): void {
    const { sent } = space;
    let offered = 0;
    for (let packet = sent.base; packet < sent.next && offered < PROBES; packet += 1) {
      const slot = sent.slotOf(packet);
      if (sent.state[slot] !== packetState.outstanding || ((sent.flags[slot] ?? 0) & ACK_ELICITING) === 0) continue;
      this.#offerFrames(space, slot);
      offered += 1;
    }
  }

  #nextProbe(): Instant {
    let next = Infinity;
    for (const space of this.#spaces) next = Math.min(next, this.#probeAt(space));
    if (next === Infinity && this.mayDeadlock)
      return this.#lastActivityAt + this.rtt.probeTimeout * (1 << this.probeCount);
    return next;
  }

  #probeAt(space: PacketSpace): Instant {
    if (space.eliciting === 0 || (space.level === "application" && !this.isConfirmed)) return Infinity;
    const delay = space.level === "application" ? this.peerMaxAckDelay : 0;
    return space.lastElicitingAt + (this.rtt.probeTimeout + delay) * (1 << this.probeCount);
  }

  #deadlockSpace(): PacketSpace | undefined {
    const [initial, handshake] = this.#spaces;
    return handshake?.writeKeys === undefined ? initial : handshake;
  }

  #persistentMs(): number {
    return this.probeTimeout * PERSISTENT_CONGESTION_THRESHOLD;
  }

  /**
   * A round trip that spans an outage is no property of the path. One that is far beyond what is known, after time-outs
   * in a row, is passed over, once.
   */
  #isBelieved(sample: number): boolean {
    const isFar = this.probeCount >= 2 && this.rtt.firstSampleAt >= 0 && sample > 3 * this.probeTimeout;
    this.#isSampleDoubted = isFar && !this.#isSampleDoubted;
    return !this.#isSampleDoubted;
  }
}
