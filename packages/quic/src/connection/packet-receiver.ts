/** Takes datagrams apart into packets and opens them: RFC 9000 section 12.2, RFC 9001 section 5. */
import { type Instant, LARGE_COUNT } from "@flor/machine";
import { sameOctets } from "../connection-id.ts";
import { longPacketType } from "../long-header.ts";
import { OctetReader } from "../packet/octet-reader.ts";
import {
  FIXED_BIT,
  KEY_PHASE_BIT,
  LONG_FORM,
  LONG_RESERVED_BITS,
  ParsedHeader,
  SHORT_RESERVED_BITS,
} from "../packet/packet-header.ts";
import { decodePacketNumber } from "../packet/packet-number.ts";
import { isRetryAuthentic } from "../packet/retry-packet.ts";
import { transportError } from "../packet/transport-error.ts";
import { lacksVersion1 } from "../packet/version-negotiation.ts";
import { CONGESTION_EXPERIENCED } from "../recovery/ecn-counts.ts";
import type { PacketSpace } from "../recovery/packet-space.ts";
import { type HeaderKeys, type PacketKeys, SAMPLE_OCTETS, TAG_OCTETS } from "../tls/packet-protection.ts";
import type { ConnectionState } from "./connection-state.ts";
import { FrameReceiver } from "./frame-receiver.ts";

/** RFC 9001 section 5.4.2: the sample lies behind the longest packet number. */
const SAMPLE_OFFSET = 4;
/** RFC 9001 section 6.5: how long the keys of the phase before are kept. */
const KEEP_KEYS_PROBE_TIMEOUTS = 3;
/** The least datagram that can be a stateless reset, RFC 9000 section 10.3. */
const RESET_MIN_OCTETS = 21;
const NOTHING_MORE = -1;

export class PacketReceiver {
  readonly #state: ConnectionState;
  readonly #frames: FrameReceiver;
  readonly #reader = new OctetReader();
  readonly #header = new ParsedHeader();
  readonly #sample = new Uint8Array(SAMPLE_OCTETS);
  readonly #mask = new Uint8Array(SAMPLE_OCTETS);
  /** Of the packet being taken. */
  #packetNumber: number = LARGE_COUNT;
  #payloadStart = 0;
  #isAuthentic = false;
  /** See `QuicEngine`. */
  wasUntimely = false;

  constructor(state: ConnectionState) {
    this.#state = state;
    this.#frames = new FrameReceiver(state);
  }

  /**
   * Takes the datagram octets[offset, end), decrypted in place.
   *
   * @param ecn the codepoint that the path reports, 0 when it reports none
   * @returns whether any packet in it was authentic
   */
  take(octets: Uint8Array, offset: number, end: number, ecn: number, now: Instant): boolean {
    const state = this.#state;
    state.receivedOctets += end - offset;
    this.#isAuthentic = false;
    this.wasUntimely = false;
    for (let at = offset; at < end && at >= 0;) {
      if (state.termination.state === "draining" || state.termination.state === "closed") break;
      const isLong = ((octets[at] ?? 0) & LONG_FORM) !== 0;
      at = isLong ? this.#takeLong(octets, at, end, ecn, now) : this.#takeShort(octets, at, end, ecn, now);
    }
    if (!this.#isAuthentic && this.takeReset(octets, offset, end, now)) this.#isAuthentic = true;
    state.termination.handlePacket();
    state.streams.receiver.relieve(now);
    return this.#isAuthentic;
  }

  /** Whether the datagram ends with a token of the peer's: it has forgotten the connection, RFC 9000 section 10.3.1. */
  takeReset(octets: Uint8Array, offset: number, end: number, now: Instant): boolean {
    if (end - offset < RESET_MIN_OCTETS || !this.#state.peerIds.isStatelessReset(octets, end)) return false;
    this.#state.drain("lost", false, 0, "the peer no longer knows the connection", now);
    return true;
  }

  #takeLong(octets: Uint8Array, at: number, end: number, ecn: number, now: Instant): number {
    const [state, header, reader] = [this.#state, this.#header, this.#reader];
    reader.begin(octets, at, end);
    if (!header.read(reader)) {
      if (header.version === 0) this.#takeVersionNegotiation(octets, at, end);
      return NOTHING_MORE;
    }
    if (!this.#isForUs(octets)) return NOTHING_MORE;
    if (header.type === longPacketType.retry) {
      this.#takeRetry(octets, at, end);
      return NOTHING_MORE;
    }
    const behind = header.end;
    const space = state.spaceOf(header.type);
    const keys = space?.readKeys;
    if (space !== undefined && keys === undefined) this.wasUntimely = true;
    if (space === undefined || keys === undefined || !this.#isFromPeer(octets)) return behind;
    // A server's Initial has no token, RFC 9000 section 17.2.2.
    if (space === state.initial && state.role === "client" && header.tokenOctets > 0) return behind;
    if (!this.#unprotect(keys.header, octets, at, header.packetNumberAt, behind, space, 0x0f)) return behind;
    if (space.received.has(this.#packetNumber)) {
      this.wasUntimely = true;
      return behind;
    }
    const source = octets.slice(header.sourceAt, header.sourceAt + header.sourceOctets);
    const payloadEnd = this.#open(keys.packet, octets, at, behind);
    if (payloadEnd < 0) return behind;
    this.#learnPeer(source);
    if (((octets[at] ?? 0) & LONG_RESERVED_BITS) !== 0) this.#violate();
    else this.#accept(space, octets, payloadEnd, ecn, now);
    return behind;
  }

  #takeShort(octets: Uint8Array, at: number, end: number, ecn: number, now: Instant): number {
    const { phases, application, sourceId, recovery } = this.#state;
    const packetNumberAt = at + 1 + sourceId.length;
    if (packetNumberAt > end || ((octets[at] ?? 0) & FIXED_BIT) === 0) return NOTHING_MORE;
    for (let index = 0; index < sourceId.length; index += 1)
      if (octets[at + 1 + index] !== sourceId[index]) return NOTHING_MORE;
    // RFC 9001 section 5.7: not before the handshake is complete.
    if (phases === undefined || !this.#state.isEstablished) {
      this.wasUntimely = true;
      return NOTHING_MORE;
    }
    if (!this.#unprotect(phases.readHeader, octets, at, packetNumberAt, end, application, 0x1f)) return NOTHING_MORE;
    if (application.received.has(this.#packetNumber)) {
      this.#isAuthentic = true;
      return NOTHING_MORE;
    }
    const bit = ((octets[at] ?? 0) & KEY_PHASE_BIT) === 0 ? 0 : 1;
    const keys = phases.opening(bit, this.#packetNumber, now);
    const payloadEnd = this.#open(keys, octets, at, end);
    if (payloadEnd < 0) return NOTHING_MORE;
    const keepMs = KEEP_KEYS_PROBE_TIMEOUTS * recovery.probeTimeout;
    if (!phases.handleOpened(keys, this.#packetNumber, application.sent.next, keepMs, now)) {
      this.#state.fail(transportError.keyUpdate, 0, "old keys for a new packet");
      return NOTHING_MORE;
    }
    if (((octets[at] ?? 0) & SHORT_RESERVED_BITS) !== 0) this.#violate();
    else this.#accept(application, octets, payloadEnd, ecn, now);
    return NOTHING_MORE;
  }

  /** Takes header protection off, RFC 9001 section 5.4, and reads the packet number. */
  #unprotect(
    keys: HeaderKeys,
    octets: Uint8Array,
    at: number,
    packetNumberAt: number,
    end: number,
    space: PacketSpace,
    firstBits: number,
  ): boolean {
    const sampleAt = packetNumberAt + SAMPLE_OFFSET;
    if (sampleAt + SAMPLE_OCTETS > end) return false;
    const [sample, mask] = [this.#sample, this.#mask];
    for (let index = 0; index < SAMPLE_OCTETS; index += 1) sample[index] = octets[sampleAt + index] ?? 0;
    keys.masks(sample, 1, mask);
    const first = (octets[at] ?? 0) ^ ((mask[0] ?? 0) & firstBits);
    octets[at] = first;
    const length = (first & 3) + 1;
    let truncated = 0;
    for (let index = 0; index < length; index += 1) {
      const octet = (octets[packetNumberAt + index] ?? 0) ^ (mask[1 + index] ?? 0);
      octets[packetNumberAt + index] = octet;
      truncated = truncated * 256 + octet;
    }
    this.#packetNumber = decodePacketNumber(truncated, length, space.received.largest);
    this.#payloadStart = packetNumberAt + length;
    return this.#payloadStart + TAG_OCTETS <= end;
  }

  #open(keys: PacketKeys, octets: Uint8Array, at: number, end: number): number {
    const payloadEnd = keys.open(octets, at, this.#payloadStart, end, this.#packetNumber);
    if (payloadEnd >= 0) return payloadEnd;
    const state = this.#state;
    state.failedOpens += 1;
    // RFC 9001 section 6.6.
    if (state.failedOpens >= keys.integrityLimit)
      state.fail(transportError.aeadLimitReached, 0, "too many packets that are not authentic");
    return -1;
  }

  #accept(space: PacketSpace, octets: Uint8Array, payloadEnd: number, ecn: number, now: Instant): void {
    const [state, packetNumber] = [this.#state, this.#packetNumber];
    const before = space.received.largest;
    this.#isAuthentic = true;
    state.receivedPackets += 1;
    state.idleSince = now;
    state.hasSentSince = false;
    space.received.add(packetNumber);
    if (packetNumber > before) space.largestReceivedAt = now;
    if (ecn !== 0) space.ecn.count(ecn);
    if (space === state.handshakeSpace) this.#handleHandshakePacket();
    this.#reader.begin(octets, this.#payloadStart, payloadEnd);
    if (state.termination.state !== "open" && state.termination.state !== "closing") return;
    if (!this.#frames.take(space, this.#reader, now) || !this.#frames.isEliciting || space.isDiscarded) return;
    const isPrompt = ecn === CONGESTION_EXPERIENCED || state.owesImmediateAck;
    state.owesImmediateAck = false;
    state.acks.handleReceived(space, packetNumber, before, isPrompt, now);
  }

  /** A Handshake packet proves the peer's address, RFC 9000 section 8.1; Initial keys have served, RFC 9001 section 4.9.1. */
  #handleHandshakePacket(): void {
    const state = this.#state;
    state.isValidated = true;
    if (state.role === "server") state.discard(state.initial);
  }

  /** The connection id that the peer chose, RFC 9000 section 7.2. */
  #learnPeer(source: Uint8Array): void {
    const { ids, peerIds } = this.#state;
    if (ids.peerSource !== undefined) return;
    ids.peerSource = source;
    peerIds.setFirst(source);
  }

  /** Whether the header's destination id is ours, or the one that a client's first flight carries. */
  #isForUs(octets: Uint8Array): boolean {
    const { destinationAt, destinationOctets, type } = this.#header;
    const { sourceId, initialDestination, role } = this.#state;
    const destination = octets.subarray(destinationAt, destinationAt + destinationOctets);
    if (sameOctets(destination, sourceId)) return true;
    return role === "server" && type === longPacketType.initial && sameOctets(destination, initialDestination);
  }

  /** Later packets of another source id are not the peer's, RFC 9000 section 7.2. */
  #isFromPeer(octets: Uint8Array): boolean {
    const { peerSource } = this.#state.ids;
    const { sourceAt, sourceOctets } = this.#header;
    return peerSource === undefined || sameOctets(peerSource, octets.subarray(sourceAt, sourceAt + sourceOctets));
  }

  /** RFC 9000 section 6.2: only the first answer counts, and only one that does not list our version. */
  #takeVersionNegotiation(octets: Uint8Array, at: number, end: number): void {
    const state = this.#state;
    if (state.role !== "client" || state.receivedPackets > 0 || !this.#isForUs(octets)) return;
    if (lacksVersion1(octets, at, end) !== true) return;
    const text = "the peer does not speak QUIC version 1";
    state.termination.finish({ by: "local", application: false, code: transportError.connectionRefused, text });
  }

  /** RFC 9000 section 17.2.5.2. */
  #takeRetry(octets: Uint8Array, at: number, end: number): void {
    const state = this.#state;
    const header = this.#header;
    const tokenAt = header.sourceAt + header.sourceOctets;
    const isFirst = state.receivedPackets === 0 && state.ids.retrySource === undefined;
    if (state.role !== "client" || end - TAG_OCTETS <= tokenAt) return;
    if (!isFirst) {
      this.wasUntimely = true;
      return;
    }
    const source = octets.slice(header.sourceAt, tokenAt);
    if (sameOctets(source, state.peerIds.current)) return;
    if (!isRetryAuthentic(state.shared.crypto, state.ids.original, octets, at, end)) return;
    this.#isAuthentic = true;
    state.ids.retrySource = source;
    state.peerIds.setFirst(source);
    state.token = octets.slice(tokenAt, end - TAG_OCTETS);
    state.setInitialKeys(source);
    state.recovery.restart(state.initial);
  }

  #violate(): void {
    this.#state.fail(transportError.protocolViolation, 0, "reserved bits are set");
  }
}
