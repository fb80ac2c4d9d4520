/** What the rooms of one connection share: plain state, and how it fails. RFC 9000. */
import { type Instant, LARGE_COUNT } from "@flor/machine";
import { DeparturePacer } from "../congestion/departure-pacer.ts";
import { frameType } from "../frame/frame-type.ts";
import { longPacketType } from "../long-header.ts";
import { PacketSpace } from "../recovery/packet-space.ts";
import { type FrameOwner, Recovery } from "../recovery/recovery.ts";
import { sentFrame } from "../recovery/sent-frames.ts";
import { Streams } from "../stream/streams.ts";
import { AckFrequency } from "./ack-frequency.ts";
import { AckPolicy } from "./ack-policy.ts";
import { Datagrams } from "./datagrams.ts";
import type { EngineOptions, EngineShared } from "./engine-options.ts";
import { Handshake, type HandshakeIds } from "./handshake.ts";
import { KeyPhases } from "./key-phases.ts";
import { LEAST_DATAGRAM_OCTETS, PathMtu } from "./path-mtu.ts";
import { PeerConnectionIds } from "./peer-connection-ids.ts";
import { Termination } from "./termination.ts";

/** PATH_RESPONSE frames that wait; further challenges go unanswered until they are sent. */
export const PATH_RESPONSES_MAX = 4;
/** RFC 9000 section 10.1: an idle connection lasts three probe timeouts at least. */
const IDLE_PROBE_TIMEOUTS = 3;
/** RFC 9000 section 10.2: how long closing and draining last. */
const CLOSING_PROBE_TIMEOUTS = 3;

export class ConnectionState implements FrameOwner {
  readonly role: "client" | "server";
  readonly shared: EngineShared;
  readonly sourceId: Uint8Array;
  /** Of a server: where the client's first Initials go. */
  readonly initialDestination: Uint8Array;
  readonly initial: PacketSpace;
  readonly handshakeSpace: PacketSpace;
  readonly application: PacketSpace;
  readonly spaces: readonly PacketSpace[];
  readonly recovery: Recovery;
  readonly pacer: DeparturePacer;
  readonly streams: Streams;
  readonly datagrams: Datagrams = new Datagrams();
  readonly acks: AckPolicy = new AckPolicy();
  readonly ackFrequency: AckFrequency = new AckFrequency();
  readonly mtu: PathMtu;
  readonly termination: Termination = new Termination();
  readonly peerIds: PeerConnectionIds;
  readonly ids: HandshakeIds;
  readonly handshake: Handshake;
  /** The keys of 1-RTT packets, once both directions have theirs. */
  phases: KeyPhases | undefined;
  /** Token of an Initial, from a Retry. */
  token: Uint8Array = new Uint8Array(0);
  /** TLS is complete and the peer's parameters are taken. */
  isEstablished = false;
  /** RFC 9001 section 4.1.2. */
  isConfirmed = false;
  /** The peer's address is proven, RFC 9000 section 8.1. */
  isValidated: boolean;
  owesHandshakeDone = false;
  owesPing = false;
  owesImmediateAck = false;
  readonly pathResponses: Uint8Array[] = [];
  receivedPackets = 0;
  receivedOctets: number = LARGE_COUNT;
  sentOctets: number = LARGE_COUNT;
  /** Packets that were not authentic. */
  failedOpens = 0;
  /** When the idle time began, RFC 9000 section 10.1. */
  idleSince: Instant;
  /** An ack-eliciting packet went since one was received. */
  hasSentSince = false;
  /** As it was told to the peer; limits may change for later connections. */
  readonly #idleTimeoutMs: number;

  constructor(shared: EngineShared, options: EngineOptions, now: Instant) {
    const { role, windowOctets } = options;
    this.shared = shared;
    this.role = role;
    this.sourceId = options.sourceId;
    this.initialDestination = options.initialDestination;
    this.initial = new PacketSpace("initial", shared.pool);
    this.handshakeSpace = new PacketSpace("handshake", shared.pool);
    this.application = new PacketSpace("application", shared.pool);
    this.spaces = [this.initial, this.handshakeSpace, this.application];
    const controller = shared.createController(LEAST_DATAGRAM_OCTETS);
    this.recovery = new Recovery(this.spaces, controller, this);
    this.recovery.mayDeadlock = role === "client";
    this.pacer = new DeparturePacer(controller);
    const { initialStreamWindowOctets, maxStreamWindowOctets, maxPeerStreams, stalledCode } = shared.limits;
    const limits = {
      initialStreamWindowOctets,
      maxStreamWindowOctets,
      maxPeerStreams,
      stalledCode,
      connectionWindowOctets: windowOctets,
    };
    this.streams = new Streams(role, limits, this.recovery.rtt, shared.pool);
    this.mtu = new PathMtu(LEAST_DATAGRAM_OCTETS, shared.limits.maxDatagramOctets);
    this.peerIds = new PeerConnectionIds(options.initialDestination);
    this.ids = { peerSource: undefined, original: options.initialDestination, retrySource: undefined };
    this.isValidated = role === "client" || options.original !== undefined;
    this.idleSince = now;
    this.#idleTimeoutMs = shared.limits.idleTimeoutMs;
    this.setInitialKeys(options.initialDestination);
    this.handshake = new Handshake(shared, options, this.spaces, this.ids);
  }

  /** RFC 9001 section 5.2. */
  setInitialKeys(destination: Uint8Array): void {
    const peer = this.role === "client" ? "server" : "client";
    this.initial.readKeys?.packet.free();
    this.initial.readKeys?.header.free();
    this.initial.writeKeys?.packet.free();
    this.initial.writeKeys?.header.free();
    this.initial.writeKeys = this.shared.crypto.initialKeys(destination, this.role);
    this.initial.readKeys = this.shared.crypto.initialKeys(destination, peer);
  }

  spaceOf(type: number): PacketSpace | undefined {
    if (type === longPacketType.initial) return this.initial;
    return type === longPacketType.handshake ? this.handshakeSpace : undefined;
  }

  /** Ends the connection with a transport error, RFC 9000 section 11.1. */
  fail(code: number, frame: number, text: string): void {
    this.close(false, code, text, frame);
  }

  close(application: boolean, code: number, text: string, frame: number): void {
    this.termination.close(application, code, text, frame);
    // Nobody has heard of the connection: there is nobody to tell.
    if (this.recovery.sentPackets === 0 && this.receivedPackets === 0) this.termination.finish();
  }

  /** The peer's close, or that it forgot the connection. */
  drain(by: "peer" | "lost", application: boolean, code: number, text: string, now: Instant): void {
    this.termination.drain({ by, application, code, text }, this.closingEndsAt(now));
  }

  /** RFC 9000 section 10.2. */
  closingEndsAt(now: Instant): Instant {
    return now + CLOSING_PROBE_TIMEOUTS * this.recovery.probeTimeout;
  }

  /** When the idle connection ends; Infinity: it does not. */
  get idleDeadline(): Instant {
    const ours = this.#idleTimeoutMs;
    const peers = this.handshake.peer?.maxIdleTimeout ?? 0;
    const timeout = peers === 0 ? ours : ours === 0 ? peers : Math.min(ours, peers);
    if (timeout === 0) return Infinity;
    return this.idleSince + Math.max(timeout, IDLE_PROBE_TIMEOUTS * this.recovery.probeTimeout);
  }

  /** The handshake may have gone on: takes what it gave. */
  followHandshake(): void {
    const { handshake } = this;
    if (handshake.error !== 0) return this.fail(handshake.error, frameType.crypto, handshake.failure);
    // A server knows the client's before it sends anything large.
    if (handshake.peer !== undefined) this.mtu.limitToPeer(handshake.peer.maxUdpPayloadSize);
    const { read, write } = handshake.applicationKeys;
    if (this.phases === undefined && read !== undefined && write !== undefined)
      this.phases = new KeyPhases(write, read);
    if (this.isEstablished || !handshake.isComplete || this.phases === undefined) return;
    this.isEstablished = true;
    this.#takeParameters();
    if (this.role === "server") {
      this.owesHandshakeDone = true;
      this.confirm();
    }
  }

  /** The handshake is confirmed, RFC 9001 section 4.1.2: Handshake keys go, section 4.9.2. */
  confirm(): void {
    if (this.isConfirmed) return;
    this.isConfirmed = true;
    this.recovery.isConfirmed = true;
    this.recovery.mayDeadlock = false;
    if (this.recovery.rtt.firstSampleAt >= 0)
      this.recovery.controller.handleHandshakeRoundTrip(this.recovery.rtt.smoothed);
    this.discard(this.initial);
    this.discard(this.handshakeSpace);
  }

  discard(space: PacketSpace): void {
    if (space.isDiscarded) return;
    space.discard();
    this.recovery.discard(space);
  }

  handleFrameAcked(space: PacketSpace, slot: number): void {
    const { kind, id, offset, end } = space.sent.frames;
    const [from, to] = [offset[slot] ?? 0, end[slot] ?? 0];
    const type = kind[slot] ?? 0;
    if (type === sentFrame.stream || type === sentFrame.streamWithFin || type === sentFrame.resetStream)
      this.streams.handleAcked(type, id[slot] ?? 0, from, to);
    else if (type === sentFrame.crypto) {
      if (!space.isDiscarded) space.cryptoOut.handleAcked(from, to);
    } else if (type === sentFrame.retireConnectionId) this.peerIds.handleRetireAcked();
  }

  handleFrameLost(space: PacketSpace, slot: number): void {
    const { kind, id, offset, end } = space.sent.frames;
    const [type, of] = [kind[slot] ?? 0, id[slot] ?? 0];
    const [from, to] = [offset[slot] ?? 0, end[slot] ?? 0];
    if (type === sentFrame.crypto) {
      if (!space.isDiscarded) space.cryptoOut.handleLost(from, to);
    } else if (type === sentFrame.handshakeDone) this.owesHandshakeDone = true;
    else if (type === sentFrame.retireConnectionId) this.peerIds.handleRetireLost(of);
    else if (type === sentFrame.ackFrequency) this.ackFrequency.handleLost(of);
    else this.streams.handleLost(type, of, from, to);
  }

  handleMtuProbe(octets: number, isAcked: boolean, now: Instant): void {
    this.mtu.handleProbe(octets, isAcked, now);
    this.followMtu();
  }

  handlePacketFate(octets: number, isAcked: boolean, now: Instant): void {
    this.mtu.handlePacket(octets, isAcked, now);
  }

  /** The controller counts in datagrams of the present size. */
  followMtu(): void {
    this.recovery.controller.setDatagramOctets(this.mtu.size);
  }

  free(): void {
    for (const space of [this.initial, this.handshakeSpace]) if (!space.isDiscarded) space.discard();
    this.phases?.free();
    this.phases = undefined;
    this.handshake.free();
    for (const stream of this.streams.table.all) {
      stream.send.drop();
      stream.receive.drop();
    }
  }

  #takeParameters(): void {
    const { peer } = this.handshake;
    if (peer === undefined) return;
    this.streams.table.setPeerLimits(peer);
    this.streams.sender.maxData = Math.max(this.streams.sender.maxData, peer.initialMaxData);
    this.streams.sender.hasResetStreamAt = peer.resetStreamAt;
    this.recovery.peerMaxAckDelay = peer.maxAckDelay;
    this.datagrams.peerMaxOctets = peer.maxDatagramFrameSize;
    if (peer.minAckDelay !== undefined) this.ackFrequency.peerMinDelayMs = peer.minAckDelay / 1000;
    if (peer.statelessResetToken !== undefined) this.peerIds.setFirstToken(peer.statelessResetToken);
    if (peer.preferredAddress === undefined) return;
    // We stay where we are; its id is the second one, section 5.1.1.
    const { id, token } = peer.preferredAddress;
    const error = this.peerIds.handleNew(1, 0, id, token);
    if (error !== 0) this.fail(error, frameType.crypto, "preferred_address has the id of the handshake");
  }
}
