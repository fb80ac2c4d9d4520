/**
 * Writes datagrams: which packets of which level, with which frames, RFC 9000 sections 12 to 14, sealed in place,
 * RFC 9001 section 5. Stream octets are sealed from the buffers that hold them.
 */
import type { Instant } from "@flor/machine";
import { frameType } from "../frame/frame-type.ts";
import { PacketBuilder } from "../frame/packet-builder.ts";
import { longPacketType } from "../long-header.ts";
import { FIXED_BIT, KEY_PHASE_BIT, LENGTH_OCTETS, writeLongHeader } from "../packet/packet-header.ts";
import { packetNumberOctets, writePacketNumber } from "../packet/packet-number.ts";
import { transportError } from "../packet/transport-error.ts";
import { varintOctets, writeVarint2 } from "../packet/varint.ts";
import type { PacketSpace } from "../recovery/packet-space.ts";
import { sentFrame } from "../recovery/sent-frames.ts";
import { ACK_ELICITING, IN_FLIGHT, MTU_PROBE } from "../recovery/sent-packets.ts";
import { type HeaderKeys, type PacketKeys, SAMPLE_OCTETS, TAG_OCTETS } from "../tls/packet-protection.ts";
import type { ConnectionState } from "./connection-state.ts";
import { LEAST_DATAGRAM_OCTETS } from "./path-mtu.ts";

/** With less room, no packet is begun. */
const PACKET_MIN_OCTETS = 128;
/** Packet number and payload are so long at least that a sample lies behind: RFC 9001 section 5.4.2. */
const SAMPLED_MIN_OCTETS = 4;
/** Never fewer: then two octets of payload suffice for the sample. */
const PACKET_NUMBER_MIN_OCTETS = 2;
/** RFC 9000 section 8.1. */
const AMPLIFICATION_FACTOR = 3;
/** A packet of acknowledgements alone has a PING so often, so that the peer tells which it has: section 13.2.4. */
const PING_EVERY_ACKS = 32;
/** And one that comes so long after anything the peer had to acknowledge: who only receives learns that it is heard. */
const PING_AFTER_MS = 2000;
/** Decided packets are forgotten so often, also where the peer acknowledges nothing. */
const FORGET_EVERY = 1024;
const CRYPTO_FRAME_MIN_OCTETS = 32;

export class PacketSender {
  readonly #state: ConnectionState;
  readonly #packet: PacketBuilder;
  readonly #sample = new Uint8Array(SAMPLE_OCTETS);
  readonly #mask = new Uint8Array(SAMPLE_OCTETS);
  #acksAlone = 0;
  /** When the last packet went that the peer has to acknowledge; Infinity: none did. */
  #elicitedAt: Instant = Infinity;
  #mayPace = true;
  #heldUntil: Instant = Infinity;

  constructor(state: ConnectionState) {
    this.#state = state;
    this.#packet = new PacketBuilder(state.initial.sent.frames);
  }

  /** When the pacer lets the next packet go, Infinity: it holds none back. */
  get heldUntil(): Instant {
    return this.#heldUntil;
  }

  /** Writes the next datagram at octets[offset, offset + max); returns its octets, or 0. */
  fill(octets: Uint8Array, offset: number, max: number, now: Instant): number {
    const state = this.#state;
    if (!state.termination.isOpen) return this.#fillClose(octets, offset, max, now);
    const room = this.#bounded(Math.min(max, state.mtu.size));
    if (room < PACKET_MIN_OCTETS) return 0;
    this.#heldUntil = Infinity;
    const isOpen = this.#isWindowOpen(room, now);
    const end = offset + room;
    this.#packet.octets = octets;
    let at = offset;
    if (!state.isConfirmed) at = this.#fillHandshake(offset, end, isOpen, now);
    if (state.phases !== undefined && state.isEstablished && end - at >= PACKET_MIN_OCTETS) {
      if (at === offset && this.#wantsMtuProbe(max, isOpen)) at = this.#writeMtuProbe(offset, now);
      else if (this.#wantsApplication(isOpen, now)) at = this.#writeShort(at, end, isOpen, now);
    }
    if (at > offset) this.#count(at - offset);
    else if (isOpen) this.#noteIdle();
    return at - offset;
  }

  /** RFC 9000 section 8.1: three times what came, before the address is proven. */
  #bounded(max: number): number {
    const { isValidated, receivedOctets, sentOctets } = this.#state;
    return isValidated ? max : Math.min(max, AMPLIFICATION_FACTOR * receivedOctets - sentOctets);
  }

  /** Whether congestion control and pacing let another packet in flight. */
  #isWindowOpen(octets: number, now: Instant): boolean {
    const { recovery, pacer } = this.#state;
    const isInWindow = recovery.inFlight === 0 || recovery.inFlight + octets <= recovery.controller.windowOctets;
    if (!isInWindow) return false;
    this.#mayPace = pacer.allows(recovery.inFlight, now);
    if (!this.#mayPace && this.#hasData()) this.#heldUntil = pacer.releaseAt;
    return this.#mayPace;
  }

  #hasData(): boolean {
    const { initial, handshakeSpace } = this.#state;
    return this.#hasFrames() || initial.cryptoOut.isPending || handshakeSpace.cryptoOut.isPending;
  }

  /** Whether frames of 1-RTT packets wait. */
  #hasFrames(): boolean {
    const state = this.#state;
    if (!state.isEstablished) return false;
    if (state.streams.sender.isPending || state.streams.owesControl || state.datagrams.isPending) return true;
    if (state.owesHandshakeDone || state.owesPing || state.pathResponses.length > 0) return true;
    return state.application.cryptoOut.isPending || state.peerIds.owesRetire || state.ackFrequency.isOwed;
  }

  #noteIdle(): void {
    const { pacer, recovery } = this.#state;
    pacer.handleIdle();
    recovery.controller.handleLimited(recovery.inFlight);
  }

  #wantsLong(space: PacketSpace, isOpen: boolean): boolean {
    if (space.writeKeys === undefined) return false;
    return space.owedAcks > 0 || space.probes > 0 || (isOpen && space.cryptoOut.isPending);
  }

  /** Initial and Handshake packets in one datagram; a datagram with an Initial is filled up, section 14.1. */
  #fillHandshake(offset: number, end: number, isOpen: boolean, now: Instant): number {
    const { initial, handshakeSpace, role } = this.#state;
    const fullAt = Math.min(end, offset + LEAST_DATAGRAM_OCTETS);
    let at = offset;
    let mustFill = false;
    if (this.#wantsLong(initial, isOpen)) {
      at = this.#writeLong(initial, offset, end, isOpen, now, this.#wantsLong(handshakeSpace, isOpen) ? 0 : fullAt);
      mustFill = at > offset && at < fullAt;
    }
    if (this.#wantsLong(handshakeSpace, isOpen) && end - at >= PACKET_MIN_OCTETS) {
      at = this.#writeLong(handshakeSpace, at, end, isOpen, now, mustFill ? fullAt : 0);
      // RFC 9001 section 4.9.1: a client needs Initial keys no longer.
      if (role === "client") this.#state.discard(initial);
    }
    return at;
  }

  /** @param fillTo where the packet must end at least, tag included; an Initial that elicits nothing need not */
  #writeLong(space: PacketSpace, start: number, end: number, isOpen: boolean, now: Instant, fillTo: number): number {
    const state = this.#state;
    const { recovery } = state;
    const packet = this.#packet;
    const { octets } = packet;
    const slot = space.sent.reserve();
    const isInitial = space === state.initial;
    const type = isInitial ? longPacketType.initial : longPacketType.handshake;
    const token = isInitial ? state.token : undefined;
    const lengthAt = writeLongHeader(octets, start, type, state.peerIds.current, state.sourceId, token);
    const packetNumberAt = lengthAt + LENGTH_OCTETS;
    const numberOctets = packetNumberLength(space);
    packet.start = start;
    packet.begin(space.sent.frames, packetNumberAt + numberOctets, end - TAG_OCTETS);
    state.acks.fill(packet, space, slot, now);
    // Each probe carries the handshake again: a server that has seen nothing yet does not know what a PING is for.
    if (space.probes > 0 && !space.cryptoOut.isPending) recovery.offerAgain(space);
    if (isOpen || space.probes > 0) fillCrypto(packet, space);
    if (space.probes > 0 && !packet.isEliciting) ping(packet);
    const mustFill = packet.isEliciting || !isInitial || state.role === "client";
    packet.padTo(Math.max(mustFill ? fillTo - TAG_OCTETS : 0, packetNumberAt + SAMPLED_MIN_OCTETS));
    octets[start] = (octets[start] ?? 0) | (numberOctets - 1);
    writePacketNumber(octets, packetNumberAt, space.sent.next, numberOctets);
    writeVarint2(octets, lengthAt, packet.at - packetNumberAt + TAG_OCTETS);
    const keys = space.writeKeys;
    if (keys === undefined) return start;
    return this.#finish(space, slot, keys.packet, keys.header, packetNumberAt, 0x0f, 0, now);
  }

  #wantsApplication(isOpen: boolean, now: Instant): boolean {
    const { application } = this.#state;
    if (application.owedAcks > 0 && now >= application.ackDueAt) return true;
    if (application.sent.isFull) return false;
    return application.probes > 0 || (isOpen && this.#hasFrames());
  }

  #writeShort(start: number, end: number, isOpen: boolean, now: Instant): number {
    const state = this.#state;
    const space = state.application;
    const packet = this.#packet;
    const slot = space.sent.reserve();
    const packetNumberAt = this.#beginShort(start, end);
    state.acks.fill(packet, space, slot, now);
    if (isOpen || space.probes > 0) this.#fillFrames(packet);
    if (space.probes > 0 && !packet.isEliciting) ping(packet);
    if (!packet.isEliciting && this.#isPingDue(now)) ping(packet);
    packet.padTo(packetNumberAt + SAMPLED_MIN_OCTETS);
    return this.#finishShort(slot, packetNumberAt, 0, now);
  }

  /** A probe of a larger size, RFC 8899: PING and PADDING. */
  #writeMtuProbe(start: number, now: Instant): number {
    const { mtu, application } = this.#state;
    const end = start + mtu.probeSize;
    const slot = application.sent.reserve();
    const packetNumberAt = this.#beginShort(start, end);
    ping(this.#packet);
    this.#packet.padTo(end - TAG_OCTETS);
    mtu.handleProbeSent();
    return this.#finishShort(slot, packetNumberAt, MTU_PROBE, now);
  }

  #wantsMtuProbe(max: number, isOpen: boolean): boolean {
    const { mtu, isConfirmed, streams, datagrams, recovery } = this.#state;
    const size = mtu.probeSize;
    if (size === 0 || size > max || !isOpen || !isConfirmed) return false;
    if (!streams.sender.isPending && !datagrams.isPending) return false;
    return recovery.inFlight + size <= recovery.controller.windowOctets;
  }

  /** Writes a short header up to the packet number, and begins the payload; returns where the number goes. */
  #beginShort(start: number, end: number): number {
    const { peerIds, application } = this.#state;
    const packet = this.#packet;
    const id = peerIds.current;
    packet.octets.set(id, start + 1);
    const packetNumberAt = start + 1 + id.length;
    packet.start = start;
    packet.begin(application.sent.frames, packetNumberAt + packetNumberLength(application), end - TAG_OCTETS);
    return packetNumberAt;
  }

  #finishShort(slot: number, packetNumberAt: number, flags: number, now: Instant): number {
    const state = this.#state;
    const { application: space, phases } = state;
    const packet = this.#packet;
    if (phases === undefined || packet.isEmpty) return packet.start;
    if (phases.isUpdateDue(space.largestAcked)) phases.initiate(space.sent.next);
    const numberOctets = packet.payloadStart - packetNumberAt;
    packet.octets[packet.start] = FIXED_BIT | (phases.phase === 1 ? KEY_PHASE_BIT : 0) | (numberOctets - 1);
    writePacketNumber(packet.octets, packetNumberAt, space.sent.next, numberOctets);
    if (phases.isExhausted) {
      state.fail(transportError.aeadLimitReached, 0, "no further packet may be sealed");
      return packet.start;
    }
    return this.#finish(space, slot, phases.sealing(), phases.writeHeader, packetNumberAt, 0x1f, flags, now);
  }

  /** Seals the packet, protects its header and records it; returns where it ends. */
  #finish(
    space: PacketSpace,
    slot: number,
    keys: PacketKeys,
    header: HeaderKeys,
    packetNumberAt: number,
    firstBits: number,
    flags: number,
    now: Instant,
  ): number {
    const { recovery, pacer } = this.#state;
    const packet = this.#packet;
    const { octets, start, payloadStart, at, sourceStart, sourceEnd, sourceOctets } = packet;
    const number = space.sent.next;
    if (sourceOctets === 0) keys.seal(octets, start, payloadStart, at, number);
    else keys.sealFrom(octets, start, payloadStart, at, number, packet.source, sourceStart, sourceEnd);
    this.#protect(header, packetNumberAt, payloadStart - packetNumberAt, firstBits);
    const end = at + sourceOctets + TAG_OCTETS;
    const isInFlight = packet.isEliciting || packet.isInFlight;
    recovery.handleSent(
      space,
      slot,
      end - start,
      flags | (packet.isEliciting ? ACK_ELICITING : 0) | (isInFlight ? IN_FLIGHT : 0),
      now,
    );
    if (isInFlight) pacer.handleSent(end - start, now);
    if (packet.isEliciting) this.#noteEliciting(now);
    if (space.sent.next % FORGET_EVERY === 0) space.sent.forget(now - 2 * recovery.probeTimeout);
    return end;
  }

  /** RFC 9001 section 5.4. */
  #protect(keys: HeaderKeys, packetNumberAt: number, numberOctets: number, firstBits: number): void {
    const { octets, start } = this.#packet;
    const [sample, mask] = [this.#sample, this.#mask];
    const sampleAt = packetNumberAt + 4;
    for (let index = 0; index < SAMPLE_OCTETS; index += 1) sample[index] = octets[sampleAt + index] ?? 0;
    keys.masks(sample, 1, mask);
    octets[start] = (octets[start] ?? 0) ^ ((mask[0] ?? 0) & firstBits);
    for (let index = 0; index < numberOctets; index += 1)
      octets[packetNumberAt + index] = (octets[packetNumberAt + index] ?? 0) ^ (mask[1 + index] ?? 0);
  }

  /** All frames of 1-RTT packets, the small ones that others wait for first. */
  #fillFrames(packet: PacketBuilder): void {
    const state = this.#state;
    if (state.application.cryptoOut.isPending) fillCrypto(packet, state.application);
    if (state.owesHandshakeDone) {
      state.owesHandshakeDone = false;
      packet.octet(frameType.handshakeDone);
      packet.frames.add(sentFrame.handshakeDone, 0, 0, 0);
      packet.markEliciting();
    }
    if (state.owesPing) {
      state.owesPing = false;
      ping(packet);
    }
    // In a datagram of 1,200 octets, RFC 9000 section 8.2.2, and in nothing that may lie elsewhere: padding ends the packet.
    if (state.pathResponses.length > 0) {
      fillPathResponses(packet, state.pathResponses);
      return packet.padTo(Math.min(packet.limit, packet.start + LEAST_DATAGRAM_OCTETS - TAG_OCTETS));
    }
    if (state.peerIds.owesRetire) state.peerIds.fill(packet);
    state.ackFrequency.fill(packet);
    if (state.streams.owesControl) state.streams.fillControl(packet);
    if (!state.datagrams.isPending) return state.streams.sender.fill(packet);
    const isFirst = state.datagrams.takeTurn();
    if (isFirst) state.datagrams.fill(packet);
    state.streams.sender.fill(packet);
    if (!isFirst) state.datagrams.fill(packet);
  }

  #isPingDue(now: Instant): boolean {
    this.#acksAlone += 1;
    const isLongAgo = now - this.#elicitedAt >= PING_AFTER_MS;
    return isLongAgo || this.#acksAlone % PING_EVERY_ACKS === 0;
  }

  /** RFC 9000 section 10.1: the first ack-eliciting packet since one was received restarts the idle time. */
  #noteEliciting(now: Instant): void {
    const state = this.#state;
    this.#elicitedAt = now;
    if (state.hasSentSince) return;
    state.hasSentSince = true;
    state.idleSince = now;
  }

  #count(octets: number): void {
    this.#state.sentOctets += octets;
  }

  /** CONNECTION_CLOSE at every level that the peer may read, RFC 9000 section 10.2.3. */
  #fillClose(octets: Uint8Array, offset: number, max: number, now: Instant): number {
    const state = this.#state;
    const { termination, phases } = state;
    if (!termination.isOwed) return 0;
    const room = this.#bounded(Math.min(max, LEAST_DATAGRAM_OCTETS));
    if (room < PACKET_MIN_OCTETS) return 0;
    this.#packet.octets = octets;
    termination.handleSent(state.closingEndsAt(now));
    const end = offset + room;
    const hasInitial = state.initial.writeKeys !== undefined;
    const isLast = phases === undefined || !state.isEstablished;
    let at = offset;
    if (hasInitial && !state.isConfirmed)
      at = this.#closeLong(state.initial, at, end, now, isLast && state.handshakeSpace.writeKeys === undefined);
    if (state.handshakeSpace.writeKeys !== undefined && end - at >= PACKET_MIN_OCTETS)
      at = this.#closeLong(state.handshakeSpace, at, end, now, isLast && hasInitial);
    if (!isLast && end - at >= PACKET_MIN_OCTETS) at = this.#closeShort(at, end, hasInitial && !state.isConfirmed, now);
    this.#count(at - offset);
    return at - offset;
  }

  #closeLong(space: PacketSpace, start: number, end: number, now: Instant, isFilled: boolean): number {
    const state = this.#state;
    const packet = this.#packet;
    const keys = space.writeKeys;
    if (keys === undefined) return start;
    const slot = space.sent.reserve();
    const isInitial = space === state.initial;
    const lengthAt = writeLongHeader(
      packet.octets,
      start,
      isInitial ? longPacketType.initial : longPacketType.handshake,
      state.peerIds.current,
      state.sourceId,
      isInitial ? state.token : undefined,
    );
    const packetNumberAt = lengthAt + LENGTH_OCTETS;
    packet.start = start;
    packet.begin(space.sent.frames, packetNumberAt + 4, end - TAG_OCTETS);
    state.termination.fill(packet, false);
    if (isFilled) packet.padTo(end - TAG_OCTETS);
    packet.isInFlight = false;
    packet.octets[start] = (packet.octets[start] ?? 0) | 3;
    writePacketNumber(packet.octets, packetNumberAt, space.sent.next, 4);
    writeVarint2(packet.octets, lengthAt, packet.at - packetNumberAt + TAG_OCTETS);
    return this.#finish(space, slot, keys.packet, keys.header, packetNumberAt, 0x0f, 0, now);
  }

  #closeShort(start: number, end: number, isFilled: boolean, now: Instant): number {
    const slot = this.#state.application.sent.reserve();
    const packetNumberAt = this.#beginShort(start, end);
    this.#state.termination.fill(this.#packet, true);
    this.#packet.padTo(isFilled ? end - TAG_OCTETS : packetNumberAt + SAMPLED_MIN_OCTETS);
    this.#packet.isInFlight = false;
    return this.#finishShort(slot, packetNumberAt, 0, now);
  }
}

function packetNumberLength({ sent, largestAcked }: PacketSpace): number {
  return Math.max(PACKET_NUMBER_MIN_OCTETS, packetNumberOctets(sent.next, largestAcked));
}

function ping(packet: PacketBuilder): void {
  packet.octet(frameType.ping);
  packet.markEliciting();
}

function fillPathResponses(packet: PacketBuilder, responses: Uint8Array[]): void {
  for (let data = responses.shift(); data !== undefined; data = responses.shift()) {
    packet.octet(frameType.pathResponse);
    packet.copy(data);
    packet.markEliciting();
  }
}

/** CRYPTO frames, RFC 9000 section 19.6. */
function fillCrypto(packet: PacketBuilder, space: PacketSpace): void {
  const { cryptoOut } = space;
  while (cryptoOut.isPending && packet.room >= CRYPTO_FRAME_MIN_OCTETS) {
    const offset = cryptoOut.nextOffset;
    const most = packet.room - 1 - varintOctets(offset) - LENGTH_OCTETS;
    const length = Math.min(cryptoOut.nextEnd - offset, most);
    packet.octet(frameType.crypto);
    packet.varint(offset);
    packet.at = writeVarint2(packet.octets, packet.at, length);
    cryptoOut.blocks.read(offset, length, packet.octets, packet.at);
    packet.at += length;
    packet.frames.add(sentFrame.crypto, 0, offset, offset + length);
    packet.markEliciting();
    cryptoOut.handleSent(offset, offset + length);
  }
}
