import { earlier, type Instant, type OctetSource, type Pieces } from "@flor/machine";
import { publicKeyOfCertificate } from "./certificate-key.ts";
import { sameOctets } from "./connection-id.ts";
import { KeepAlive } from "./keep-alive.ts";
import { PacketFiller, type PacketFillerParts } from "./packet-filler.ts";
import { STREAM_BLOCKED, STREAM_GONE, type CloseReason, type PathFigures, type QuicEngine } from "./quic-engine.ts";

/** The least that `transmit` takes: the datagram of an Initial, envelope included (RFC 9000 section 14.1). */
export const MIN_DATAGRAM_OCTETS = 1200;

/** The code of a close because the peer's certificate is not the key that was asked for. */
export const PIN_MISMATCH = 0x01;

/** The code of a close because the handshake took too long. */
export const HANDSHAKE_TIMEOUT = 0x02;

/** A handshake that takes longer gives its place to another. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** A close that its owner gives no room for is left unsaid after this long. */
export const CLOSE_TIMEOUT_MS = 1000;

/** Each is reported once, in order; "closed" last. */
export type QuicConnectionEvent =
  | { readonly type: "established" }
  | { readonly type: "streams-available" }
  | { readonly type: "closed"; readonly reason: CloseReason };

/** "closing": a close is under way and its packet not yet sent. */
export type QuicConnectionState = "handshaking" | "established" | "closing" | "closed";

const NO_FIGURES: PathFigures = {
  rttMs: 0,
  congestionWindowOctets: 0,
  pace: 0,
  sentPackets: 0,
  receivedPackets: 0,
  lostPackets: 0,
  spuriousLosses: 0,
  sentOctets: 0,
  receivedOctets: 0,
  refusedStreams: 0,
};

/** What an endpoint gives a connection. */
export interface QuicConnectionParts extends PacketFillerParts {
  readonly role: "client" | "server";
  readonly maxDatagramOctets: number;
  /** Told when the state leaves "handshaking" and when it reaches "closed". */
  handleState(state: QuicConnectionState, before: QuicConnectionState): void;
}

/** The figures of a connection, for people. */
export interface QuicConnectionStatistics extends PathFigures {
  /** Octets of a datagram at most, now. */
  readonly datagramOctets: number;
}

/**
 * One QUIC connection with a peer of known key. Its packets carry their own admission envelope; its path is the
 * owner's affair. Call `transmit` until it returns 0 after every other call, then ask `nextTimeout`.
 */
export class QuicConnection<Path> {
  readonly role: "client" | "server";
  /** Where the packets go; QUIC never looks. A server's starts as the path of its first packet. */
  path: Path;
  readonly #parts: QuicConnectionParts;
  readonly #engine: QuicEngine;
  readonly #filler: PacketFiller;
  readonly #events: QuicConnectionEvent[] = [];
  #state: QuicConnectionState = "handshaking";
  #closeReason: CloseReason | undefined;
  #wantsStreams = false;
  #now: Instant;
  /** When the state "handshaking" or "closing" ends by itself; `undefined`: closing, and no time has been told since. */
  #deadline: Instant | undefined;
  readonly #keepAlive: KeepAlive;

  constructor(parts: QuicConnectionParts, path: Path, now: Instant) {
    this.#parts = parts;
    this.#engine = parts.engine;
    this.role = parts.role;
    this.path = path;
    this.#filler = new PacketFiller(parts);
    this.#now = now;
    this.#deadline = now + HANDSHAKE_TIMEOUT_MS;
    this.#keepAlive = new KeepAlive(now);
  }

  /**
   * While true, an idle connection is kept alive by a ping every 10 s, and closed when nothing is heard for the idle
   * timeout. @default false
   */
  get keepAlive(): boolean {
    return this.#keepAlive.isWanted;
  }

  set keepAlive(isWanted: boolean) {
    this.#keepAlive.isWanted = isWanted;
  }

  /** How much silence ends a connection that is kept alive, milliseconds. @default the idle timeout */
  set patienceMs(patienceMs: number) {
    this.#keepAlive.patienceMs = patienceMs;
  }

  /** When the last authentic packet came, or the connection was made. */
  get heardAt(): Instant {
    return this.#keepAlive.heardAt;
  }

  /** The peer's public key, 32 octets; proven once `state` is "established". */
  get peer(): Uint8Array {
    return this.#parts.peer.publicKey;
  }

  /** The public key by which this node knows itself in the connection, 32 octets. */
  get ownKey(): Uint8Array {
    return this.#parts.admission.ownKey;
  }

  get state(): QuicConnectionState {
    return this.#state;
  }

  /** Why the connection is "closed". */
  get closeReason(): CloseReason | undefined {
    return this.#closeReason;
  }

  /** Takes one QUIC datagram, its envelope off; octets are borrowed and decrypted in place. Returns false when nothing in it was authentic. */
  handleReceive(octets: Uint8Array, offset: number, end: number, now: Instant): boolean {
    if (this.#state === "closed") return false;
    this.#now = now;
    const isAuthentic = this.#engine.take(octets, offset, end, now);
    if (isAuthentic && this.#keepAlive.heard(now)) this.#engine.ping();
    this.#settle();
    return isAuthentic;
  }

  /** See `QuicEngine`, of the last datagram received. */
  get wasUntimely(): boolean {
    return this.#engine.wasUntimely;
  }

  /** Whether the datagram that ends at `end` is a stateless reset of this connection, which it ends: RFC 9000 section 10.3. */
  handleReset(octets: Uint8Array, end: number, now: Instant): boolean {
    if (this.#state === "closed" || !this.#engine.takeReset(octets, end, now)) return false;
    this.#now = now;
    this.#settle();
    return true;
  }

  /**
   * Writes the next datagram at octets[offset, offset + max), admission envelope included.
   *
   * @param max at least {@link MIN_DATAGRAM_OCTETS}
   * @returns its octets, or 0 when there is nothing to send or the pacer holds it back until `nextTimeout`
   */
  transmit(octets: Uint8Array, offset: number, max: number, now: Instant): number {
    if (this.#state === "closed" || max < MIN_DATAGRAM_OCTETS) return 0;
    this.#now = now;
    const sent = this.#filler.fill(octets, offset, max, now);
    if (this.#state !== "established" || sent === 0) this.#settle();
    return sent;
  }

  /** When to call `handleTimeout`. */
  nextTimeout(): Instant | undefined {
    if (this.#state === "closed") return undefined;
    return earlier(
      this.#engine.nextTimeout(),
      this.#state === "established" ? this.#nextPing() : (this.#deadline ?? this.#now),
    );
  }

  /** Call when `nextTimeout` is due; early and late calls are harmless. */
  handleTimeout(now: Instant): void {
    if (this.#state === "closed") return;
    this.#now = now;
    this.#deadline ??= now + CLOSE_TIMEOUT_MS;
    if (this.#state !== "established" && now >= this.#deadline) return this.#giveUp();
    this.#engine.handleTimeout(now);
    if (this.#state === "established") this.#pingOrGiveUp();
    this.#settle();
  }

  /** The next event, or `undefined`. */
  pollEvent(): QuicConnectionEvent | undefined {
    this.#settle();
    if (this.#wantsStreams && this.#state === "established" && this.#engine.streamsLeft() > 0) {
      this.#wantsStreams = false;
      this.#events.push({ type: "streams-available" });
    }
    return this.#events.shift();
  }

  /** Since when nothing that is sent is acknowledged, after two time-outs in a row; `undefined`: it is. */
  get unansweredSince(): Instant | undefined {
    const isOpen = this.#state === "established" || this.#state === "handshaking";
    return isOpen ? this.#engine.unansweredSince : undefined;
  }

  /** Since when what was sent waits, and nothing of it is acknowledged, however much is still sent; `undefined`: nothing waits. */
  get silentSince(): Instant | undefined {
    const isOpen = this.#state === "established" || this.#state === "handshaking";
    return isOpen ? this.#engine.silentSince : undefined;
  }

  /** How long an acknowledgement may take before it is asked for (RFC 9002 section 6.2.1), milliseconds. */
  get probeTimeoutMs(): number {
    return this.#engine.probeTimeoutMs;
  }

  /**
   * The packets go another way from now on: rate, window and round trip are found again (RFC 9000 section 9.4), and where
   * something is under way the peer is asked at once what has arrived.
   */
  handlePathChange(now: Instant): void {
    if (this.#state !== "established" && this.#state !== "handshaking") return;
    this.#engine.handlePathChange(now);
    if (this.#engine.isUnderWay) this.ask(now);
  }

  /** The packets may arrive again from now on: asks at once whether they do. */
  ask(now: Instant): void {
    if (this.#state !== "established") return;
    this.#engine.ping();
    this.#keepAlive.pinged(now);
  }

  /** Opens a bidirectional stream; `undefined`: not established, or the peer's limit is reached and "streams-available" follows. */
  openStream(): number | undefined {
    if (this.#state !== "established") return undefined;
    const stream = this.#engine.openStream();
    if (stream === undefined) this.#wantsStreams = true;
    return stream;
  }

  /**
   * Gives octets to a stream, copied.
   *
   * @param fin ends the sending direction, when all octets are accepted
   * @returns octets accepted, 0 when blocked (try again after the next `handleReceive`), STREAM_ENDED_BY_PEER with
   *   `lastErrorCode`, or STREAM_GONE
   */
  send(stream: number, octets: Uint8Array, fin: boolean): number {
    if (this.#state !== "established") return this.#state === "handshaking" ? 0 : STREAM_GONE;
    return this.#engine.send(stream, octets, fin);
  }

  /**
   * Has `source` move octets to where they are sent from, as many at most as `send` would accept; without a copy.
   *
   * @returns as `send` does
   */
  sendFrom(stream: number, source: OctetSource): number {
    if (this.#state !== "established") return this.#state === "handshaking" ? 0 : STREAM_GONE;
    return this.#engine.sendFrom(stream, source);
  }

  /**
   * Reads into `into`: octets with `lastFin` set, STREAM_BLOCKED, STREAM_ENDED_BY_PEER with `lastErrorCode`, or
   * STREAM_GONE. A read of nothing tells of a reset although octets wait before it.
   */
  receive(stream: number, into: Uint8Array): number {
    if (this.#state !== "established") return this.#state === "handshaking" ? STREAM_BLOCKED : STREAM_GONE;
    const received = this.#engine.receive(stream, into, this.#now);
    if (received > 0) this.#keepAlive.received();
    return received;
  }

  /**
   * Queues octets[start, end) for a DATAGRAM frame (RFC 9221), copied; beyond the queue's bound the oldest goes.
   *
   * @param prefix goes before them as a varint, 0 to 2^53
   * @returns false when no packet of this connection can hold them now, or the peer takes none
   */
  sendDatagram(octets: Uint8Array, start: number, end: number, prefix: number): boolean {
    if (this.#state !== "established" || end - start > this.#engine.maxDatagramPayload) return false;
    return this.#engine.sendDatagram(octets, start, end, prefix);
  }

  /** Datagrams that were given up since others waited, or no packet held them. */
  get droppedDatagrams(): number {
    return this.#engine.droppedDatagrams;
  }

  /** Streams that were refused since their readers stalled and memory was used up. */
  get refusedStreams(): number {
    return this.#engine.refusedStreams;
  }

  /** Hands over each datagram that arrives from now on, octets[start, end), borrowed, during `handleReceive`. */
  onDatagram(sink: (octets: Uint8Array, start: number, end: number) => void): void {
    this.#engine.onDatagram(sink);
  }

  /** Sets `pieces` to octets that {@link receive} would read, where they lie: borrowed until the next call. */
  lend(stream: number, pieces: Pieces): void {
    if (this.#state === "established") this.#engine.lend(stream, pieces);
    else pieces.clear();
  }

  /** Reads the octets that {@link lend} showed, or the first of them, without a copy; returns as {@link receive} does. */
  takeLent(stream: number, octets: number): number {
    if (this.#state !== "established") return this.#state === "handshaking" ? STREAM_BLOCKED : STREAM_GONE;
    const received = this.#engine.takeLent(stream, octets, this.#now);
    if (received > 0) this.#keepAlive.received();
    return received;
  }

  /** Whether the last `receive` reached the end of its stream. */
  get lastFin(): boolean {
    return this.#engine.lastFin;
  }

  /** The peer's code behind the last STREAM_ENDED_BY_PEER. */
  get lastErrorCode(): number {
    return this.#engine.lastErrorCode;
  }

  /** Ends the sending direction with a reset that reaches the peer behind the octets that were accepted. */
  resetStream(stream: number, code: number): void {
    if (this.#state === "established") this.#engine.resetStream(stream, code);
  }

  /** Asks the peer to stop sending (STOP_SENDING) and drops what is still to be read. */
  stopSending(stream: number, code: number): void {
    if (this.#state === "established") this.#engine.stopSending(stream, code);
  }

  /**
   * Visits the streams that have octets, an end or a reset to read, until a visit returns false; those that were left
   * come first at the next call. `isNew`: the peer opened it and it is shown for the first time.
   *
   * @returns whether some were left
   */
  forEachReadable(visit: (stream: number, isNew: boolean) => boolean): boolean {
    return this.#state === "established" && this.#engine.forEachReadable(visit);
  }

  /**
   * Bounds the datagrams, envelope included.
   *
   * @param base octets that cross the path unsegmented
   * @param ceiling octets that cross it at all
   */
  setDatagramBounds(base: number, ceiling: number): void {
    this.#engine.setDatagramBounds(base, Math.min(ceiling, this.#parts.maxDatagramOctets));
  }

  /** Closes with an application code; `text` reaches the peer as ASCII, 200 octets at most. */
  close(code: number, text: string): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#engine.close(true, code, text);
    // The last time that was told may be long ago.
    this.#deadline = undefined;
    this.#setState("closing");
    this.#settle();
  }

  /** The connection's figures, read now: for people, not for every packet. */
  statistics(): QuicConnectionStatistics {
    const figures: PathFigures = { ...NO_FIGURES };
    this.#engine.readFigures(figures);
    return { ...figures, datagramOctets: this.#engine.datagramOctets };
  }

  #nextPing(): Instant | undefined {
    this.#keepAlive.watch(this.#engine.isUnderWay, this.#now);
    const pingAt = Math.min(this.#keepAlive.dueAt, this.#keepAlive.lostAt);
    return pingAt === Infinity ? undefined : pingAt;
  }

  #pingOrGiveUp(): void {
    if (this.#keepAlive.hasSlept(this.#now)) return this.ask(this.#now);
    if (this.#now >= this.#keepAlive.lostAt)
      return this.#finish({ by: "timeout", application: false, code: 0, text: "" });
    if (this.#now < this.#keepAlive.dueAt) return;
    this.#engine.ping();
    this.#keepAlive.pinged(this.#now);
  }

  /** Follows the engine's state. */
  #settle(): void {
    if (this.#state === "closed") return;
    if (this.#engine.isClosed() || this.#engine.isDraining()) return this.#finish(this.#engine.closeReason());
    if (this.#state === "handshaking" && this.#engine.isEstablished()) this.#checkPin();
  }

  #checkPin(): void {
    const certificate = this.#engine.peerCertificate();
    const publicKey = certificate && publicKeyOfCertificate(certificate);
    if (publicKey !== undefined && sameOctets(publicKey, this.peer)) {
      this.#setState("established");
      this.#events.push({ type: "established" });
      return;
    }
    this.close(PIN_MISMATCH, "pin-mismatch");
  }

  #giveUp(): void {
    const text = "handshake timed out";
    const timeout: CloseReason = { by: "timeout", application: true, code: HANDSHAKE_TIMEOUT, text };
    this.#finish(this.#state === "handshaking" ? timeout : this.#engine.closeReason());
  }

  // Late packets of a drained connection are unknown to the endpoint and dropped: no need to wait for them.
  #finish(reason: CloseReason): void {
    this.#closeReason = reason;
    this.#setState("closed");
    this.#engine.free();
    this.#events.push({ type: "closed", reason });
  }

  #setState(state: QuicConnectionState): void {
    const before = this.#state;
    this.#state = state;
    this.#parts.handleState(state, before);
  }
}
