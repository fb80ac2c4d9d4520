/**
 * One QUIC connection, sans-IO: RFC 9000, 9001, 9002, 9221. It is given datagrams and the time, fills datagrams, and says
 * when to be woken. The rooms: packet-receiver → frame-receiver → streams, recovery, handshake; packet-sender back.
 */
import type { Instant, OctetSource, Pieces } from "@flor/machine";
import { ADMISSION_OCTETS } from "../admission-format.ts";
import { transportError } from "../packet/transport-error.ts";
import {
  type CloseReason,
  type PathFigures,
  type QuicEngine,
  STREAM_ENDED_BY_PEER,
  STREAM_GONE,
} from "../quic-engine.ts";
import { ConnectionState } from "./connection-state.ts";
import { NO_PREFIX } from "./datagram-queue.ts";
import type { DatagramSink } from "./datagrams.ts";
import type { EngineOptions, EngineShared } from "./engine-options.ts";
import { PacketReceiver } from "./packet-receiver.ts";
import { PacketSender } from "./packet-sender.ts";

const LOST: CloseReason = { by: "lost", application: false, code: 0, text: "" };
const TIMED_OUT: CloseReason = { by: "timeout", application: false, code: 0, text: "" };

/** Interval at which packet sizes and acknowledgement frequencies are reviewed. */
const JUDGE_EVERY_MS = 5;

/** First octet, the longest connection id, packet number and tag around the frames of a 1-RTT packet. */
const SHORT_HEADER_OCTETS = 1 + 20 + 4 + 16;
/** Type, length and prefix of a DATAGRAM frame at most. */
const FRAME_OCTETS = 1 + 4 + 8;

/** The engine of one connection. */
export class Connection implements QuicEngine {
  readonly #state: ConnectionState;
  readonly #receiver: PacketReceiver;
  readonly #sender: PacketSender;
  #lastErrorCode = 0;
  #judgedAt: Instant = -Infinity;

  constructor(shared: EngineShared, options: EngineOptions, now: Instant) {
    this.#state = new ConnectionState(shared, options, now);
    this.#receiver = new PacketReceiver(this.#state);
    this.#sender = new PacketSender(this.#state);
    if (options.role === "client") {
      this.#state.handshake.start();
      this.#state.followHandshake();
    }
  }

  fill(octets: Uint8Array, offset: number, max: number, now: Instant): number {
    return this.#sender.fill(octets, offset, max, now);
  }

  get wasUntimely(): boolean {
    return this.#receiver.wasUntimely;
  }

  take(octets: Uint8Array, offset: number, end: number, now: Instant, ecn = 0): boolean {
    const isAuthentic = this.#receiver.take(octets, offset, end, ecn, now);
    if (now - this.#judgedAt >= JUDGE_EVERY_MS) this.#judge(now);
    return isAuthentic;
  }

  takeReset(octets: Uint8Array, end: number, now: Instant): boolean {
    return this.#receiver.takeReset(octets, 0, end, now);
  }

  nextTimeout(): Instant | undefined {
    const { termination, recovery, application, idleDeadline, streams } = this.#state;
    if (termination.state === "closed") return undefined;
    if (!termination.isOpen) return termination.endsAt;
    const { reliefAt } = streams.receiver;
    const ours = Math.min(application.ackDueAt, idleDeadline, this.#sender.heldUntil, reliefAt);
    const next = Math.min(recovery.nextTimeout(), ours);
    return next === Infinity ? undefined : next;
  }

  handleTimeout(now: Instant): void {
    const state = this.#state;
    const { termination, recovery } = state;
    if (termination.state === "closed") return;
    if (!termination.isOpen) {
      if (now >= termination.endsAt) termination.finish();
      return;
    }
    if (now >= state.idleDeadline) return termination.finish(TIMED_OUT);
    recovery.handleTimeout(now);
    state.streams.receiver.relieve(now);
  }

  isEstablished(): boolean {
    return this.#state.isEstablished && this.#state.termination.isOpen;
  }

  isDraining(): boolean {
    const { state, isOwed } = this.#state.termination;
    return state === "draining" || (state === "closing" && !isOwed);
  }

  isClosed(): boolean {
    return this.#state.termination.state === "closed";
  }

  closeReason(): CloseReason {
    return this.#state.termination.reason ?? LOST;
  }

  peerCertificate(): Uint8Array | undefined {
    return this.#state.handshake.tls.peerCertificate();
  }

  get protocol(): string | undefined {
    return this.#state.handshake.tls.protocol;
  }

  streamsLeft(): number {
    return this.#state.streams.table.left;
  }

  openStream(): number | undefined {
    return this.#state.streams.table.open()?.id;
  }

  send(stream: number, octets: Uint8Array, fin: boolean): number {
    if (!this.#state.termination.isOpen) return STREAM_GONE;
    const { sender } = this.#state.streams;
    const accepted = sender.send(stream, octets, fin);
    if (accepted === STREAM_ENDED_BY_PEER) this.#lastErrorCode = sender.lastErrorCode;
    return accepted;
  }

  sendFrom(stream: number, source: OctetSource): number {
    if (!this.#state.termination.isOpen) return STREAM_GONE;
    const { sender } = this.#state.streams;
    const accepted = sender.sendFrom(stream, source);
    if (accepted === STREAM_ENDED_BY_PEER) this.#lastErrorCode = sender.lastErrorCode;
    return accepted;
  }

  receive(stream: number, into: Uint8Array, now: Instant): number {
    const { receiver } = this.#state.streams;
    const received = receiver.receive(stream, into, now);
    if (received === STREAM_ENDED_BY_PEER) this.#lastErrorCode = receiver.lastErrorCode;
    return received;
  }

  lend(stream: number, pieces: Pieces): void {
    this.#state.streams.receiver.lend(stream, pieces);
  }

  takeLent(stream: number, octets: number, now: Instant): number {
    const { receiver } = this.#state.streams;
    const received = receiver.takeLent(stream, octets, now);
    if (received === STREAM_ENDED_BY_PEER) this.#lastErrorCode = receiver.lastErrorCode;
    return received;
  }

  get lastFin(): boolean {
    return this.#state.streams.receiver.lastFin;
  }

  get lastErrorCode(): number {
    return this.#lastErrorCode;
  }

  resetStream(stream: number, code: number): void {
    this.#state.streams.sender.reset(stream, code);
  }

  stopSending(stream: number, code: number): void {
    this.#state.streams.receiver.stop(stream, code);
  }

  forEachReadable(visit: (stream: number, isNew: boolean) => boolean): boolean {
    return this.#state.streams.receiver.forEachReadable(visit);
  }

  sendDatagram(octets: Uint8Array, start = 0, end: number = octets.length, prefix: number = NO_PREFIX): boolean {
    return this.#state.isEstablished && this.#state.datagrams.send(octets, start, end, prefix);
  }

  get maxDatagramPayload(): number {
    const { datagrams, mtu } = this.#state;
    return Math.max(
      0,
      Math.min(datagrams.peerMaxOctets, mtu.size - ADMISSION_OCTETS - SHORT_HEADER_OCTETS) - FRAME_OCTETS,
    );
  }

  get droppedDatagrams(): number {
    return this.#state.datagrams.dropped;
  }

  onDatagram(sink: DatagramSink): void {
    this.#state.datagrams.sink = sink;
  }

  receiveDatagram(into: Uint8Array): number {
    return this.#state.datagrams.receive(into);
  }

  get isUnderWay(): boolean {
    return this.#state.spaces.some((space) => space.eliciting > 0);
  }

  get unansweredSince(): Instant | undefined {
    return this.#state.recovery.unansweredSince;
  }

  get silentSince(): Instant | undefined {
    return this.#state.recovery.silentSince;
  }

  get probeTimeoutMs(): number {
    return this.#state.recovery.probeTimeout;
  }

  handlePathChange(now: Instant): void {
    this.#state.recovery.handlePathChange(now);
    this.#state.mtu.restart();
    this.#state.followMtu();
  }

  get refusedStreams(): number {
    return this.#state.streams.receiver.refused;
  }

  ping(): void {
    const { application } = this.#state;
    if (application.eliciting > 0) application.probes = Math.max(application.probes, 1);
    else this.#state.owesPing = true;
  }

  close(application: boolean, code: number, text: string): void {
    this.#state.close(application, code, text, transportError.none);
  }

  setDatagramBounds(base: number, ceiling: number): void {
    const before = this.#state.mtu.size;
    this.#state.mtu.setBounds(base, ceiling);
    if (this.#state.mtu.size !== before) this.#state.followMtu();
  }

  get datagramOctets(): number {
    return this.#state.mtu.size;
  }

  /** Key updates so far, by either end. */
  get keyUpdates(): number {
    return this.#state.phases?.updates ?? 0;
  }

  /** Begins a key update, when one may begin: RFC 9001 section 6.1. For tests. */
  updateKeys(): boolean {
    const { phases, application, isConfirmed } = this.#state;
    if (phases === undefined || !isConfirmed || !phases.mayUpdate(application.largestAcked)) return false;
    phases.initiate(application.sent.next);
    return true;
  }

  readFigures(figures: PathFigures): void {
    const { recovery, receivedPackets, receivedOctets, sentOctets } = this.#state;
    const { rtt, controller } = recovery;
    figures.rttMs = rtt.firstSampleAt < 0 ? 0 : rtt.smoothed;
    figures.congestionWindowOctets = controller.windowOctets;
    figures.pace = controller.pacingRate === Infinity ? 0 : controller.pacingRate;
    figures.sentPackets = recovery.sentPackets;
    figures.receivedPackets = receivedPackets;
    figures.lostPackets = recovery.lostPackets;
    figures.spuriousLosses = recovery.spuriousLosses;
    figures.sentOctets = sentOctets;
    figures.receivedOctets = receivedOctets;
    figures.refusedStreams = this.refusedStreams;
  }

  free(): void {
    this.#state.free();
  }

  /** How large datagrams are, and how often the peer should acknowledge. */
  #judge(now: Instant): void {
    this.#judgedAt = now;
    const { mtu, recovery, ackFrequency, isConfirmed } = this.#state;
    const { rtt, controller, sentPackets, lostPackets } = recovery;
    const before = mtu.size;
    mtu.update(sentPackets, lostPackets, controller.datagramOctetsMax, now);
    if (mtu.size !== before) this.#state.followMtu();
    if (isConfirmed) ackFrequency.update(controller.windowOctets, mtu.size, rtt.smoothed, now);
  }
}
