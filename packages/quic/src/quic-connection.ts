import { earlier, type Instant } from "@flor/machine";
import { AcknowledgementDelay } from "./acknowledgement-delay.ts";
import { publicKeyOfCertificate } from "./certificate-key.ts";
import { sameOctets } from "./connection-id.ts";
import { KeepAlive } from "./keep-alive.ts";
import { PacketFiller, type PacketFillerParts } from "./packet-filler.ts";
import { PathControl } from "./path-control.ts";
import { PeerStreams, STREAM_ID_STEP } from "./peer-streams.ts";
import { STREAM_BLOCKED, STREAM_GONE, type CloseReason, type PathFigures, type QuicEngine } from "./quic-engine.ts";

/** The least that `transmit` takes: the datagram of an Initial, envelope included (RFC 9000 section 14.1). */
export const MIN_DATAGRAM_OCTETS = 1200;

/** The code of a close because the peer's certificate is not the key that was asked for. */
export const PIN_MISMATCH = 0x01;

/** The code of a close because the handshake took too long. */
export const HANDSHAKE_TIMEOUT = 0x02;

/** A handshake that takes longer gives its place to another. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;

/** The engine sends a close no sooner than the congestion window allows; after this long it is left unsaid. */
export const CLOSE_TIMEOUT_MS = 1000;

const NO_OCTETS = new Uint8Array(0);

/** Each is reported once, in order; "closed" last. */
export type QuicConnectionEvent =
  | { readonly type: "established" }
  | { readonly type: "streams-available" }
  | { readonly type: "closed"; readonly reason: CloseReason };

/** "closing": a close is under way and its packet not yet sent. */
export type QuicConnectionState = "handshaking" | "established" | "closing" | "closed";

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
  /** Octets a millisecond, 0: not paced. */
  readonly pace: number;
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
  readonly #path: PathControl;
  readonly #acknowledgement = new AcknowledgementDelay();
  readonly #peerStreams: PeerStreams;
  readonly #events: QuicConnectionEvent[] = [];
  #state: QuicConnectionState = "handshaking";
  #closeReason: CloseReason | undefined;
  #nextStream: number;
  #wantsStreams = false;
  /** Where the next visit of readable streams begins. */
  #visitFrom = 0;
  /** The engine took or sent something since its state and its timer were last read. */
  #unsettled = true;
  #engineTimeout: Instant | undefined;
  #pacerRelease: Instant | undefined;
  #now: Instant;
  /** When the state "handshaking" or "closing" ends by itself. */
  #deadline: Instant;
  readonly #keepAlive: KeepAlive;

  constructor(parts: QuicConnectionParts, path: Path, now: Instant) {
    this.#parts = parts;
    this.#engine = parts.engine;
    this.role = parts.role;
    this.path = path;
    this.#filler = new PacketFiller(parts);
    this.#path = new PathControl(parts.engine, MIN_DATAGRAM_OCTETS, parts.maxDatagramOctets);
    this.#peerStreams = new PeerStreams(parts.role === "client" ? 1 : 0);
    this.#nextStream = parts.role === "client" ? 0 : 1;
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

  /** The peer's public key, 32 octets; proven once `state` is "established". */
  get peer(): Uint8Array {
    return this.#parts.peer.publicKey;
  }

  get state(): QuicConnectionState {
    return this.#state;
  }

  /** Why the connection is "closed". */
  get closeReason(): CloseReason | undefined {
    return this.#closeReason;
  }

  /** Takes one QUIC datagram, its envelope off; octets are borrowed and decrypted in place. Returns false when it was malformed. */
  handleReceive(octets: Uint8Array, offset: number, end: number, now: Instant): boolean {
    if (this.#state === "closed") return false;
    this.#now = now;
    if (this.#keepAlive.heard(now)) this.#engine.ping();
    this.#unsettled = true;
    this.#acknowledgement.received(now);
    const taken = this.#engine.take(octets, offset, end);
    if (this.#state === "handshaking" || !taken) this.#settle();
    return taken;
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
    const isEstablished = this.#state === "established";
    if (isEstablished && this.#acknowledgement.holds(now)) return 0;
    this.#pacerRelease = isEstablished ? this.#path.heldUntil(now) : undefined;
    if (this.#pacerRelease !== undefined) return 0;
    const sent = this.#filler.fill(octets, offset, Math.min(max, this.#path.datagramOctets));
    this.#unsettled = true;
    if (sent === 0) this.#acknowledgement.drained();
    else this.#spend(sent);
    return sent;
  }

  /** When to call `handleTimeout`. */
  nextTimeout(): Instant | undefined {
    if (this.#unsettled) this.#settle();
    if (this.#state === "closed") return undefined;
    const ours = this.#state === "established" ? this.#nextOfOurs() : this.#deadline;
    return earlier(this.#engineTimeout, earlier(this.#pacerRelease, ours));
  }

  /** Call when `nextTimeout` is due; early and late calls are harmless. */
  handleTimeout(now: Instant): void {
    if (this.#state === "closed") return;
    this.#now = now;
    this.#acknowledgement.hurry();
    if (this.#state !== "established" && now >= this.#deadline) return this.#giveUp();
    if (this.#engineTimeout !== undefined && now >= this.#engineTimeout) this.#engine.handleTimeout();
    if (this.#state === "established") this.#pingOrGiveUp();
    this.#settle();
  }

  /** The next event, or `undefined`. */
  pollEvent(): QuicConnectionEvent | undefined {
    if (this.#unsettled) this.#settle();
    if (this.#wantsStreams && this.#state === "established" && this.#engine.streamsLeft() > 0) {
      this.#wantsStreams = false;
      this.#events.push({ type: "streams-available" });
    }
    return this.#events.shift();
  }

  /** Opens a bidirectional stream; `undefined`: not established, or the peer's limit is reached and "streams-available" follows. */
  openStream(): number | undefined {
    if (this.#state !== "established") return undefined;
    if (this.#engine.streamsLeft() === 0) {
      this.#wantsStreams = true;
      return undefined;
    }
    const stream = this.#nextStream;
    this.#nextStream += STREAM_ID_STEP;
    // Makes the stream count against the peer's limit; nothing goes out before there are octets or an end.
    this.#engine.send(stream, NO_OCTETS, false);
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
    this.#unsettled = true;
    const accepted = this.#engine.send(stream, octets, fin);
    if (accepted > 0 || fin) this.#acknowledgement.hurry();
    return accepted;
  }

  /** Reads into `into`: octets with `lastFin` set, STREAM_BLOCKED, STREAM_ENDED_BY_PEER with `lastErrorCode`, or STREAM_GONE. */
  receive(stream: number, into: Uint8Array): number {
    if (this.#state !== "established") return this.#state === "handshaking" ? STREAM_BLOCKED : STREAM_GONE;
    this.#unsettled = true;
    const received = this.#engine.receive(stream, into);
    if (received <= 0) return received;
    this.#acknowledgement.read(received, this.#now);
    this.#keepAlive.received();
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

  /** Ends the sending direction at once with RESET_STREAM; unsent octets are dropped. */
  resetStream(stream: number, code: number): void {
    if (this.#state !== "established") return;
    this.#unsettled = true;
    this.#acknowledgement.hurry();
    this.#engine.resetStream(stream, code);
  }

  /** Asks the peer to stop sending (STOP_SENDING) and drops what is still to be read. */
  stopSending(stream: number, code: number): void {
    if (this.#state !== "established") return;
    this.#unsettled = true;
    this.#acknowledgement.hurry();
    this.#engine.stopSending(stream, code);
  }

  /**
   * Visits the streams that have octets, an end or a reset to read, until a visit returns false; those that were left
   * come first at the next call. Costs 17 µs when there are any: once a turn, not once a packet. `isNew`: the peer
   * opened it and it is shown for the first time.
   *
   * @returns whether some were left
   */
  forEachReadable(visit: (stream: number, isNew: boolean) => boolean): boolean {
    if (this.#state !== "established" || !this.#engine.isReadable()) return false;
    const streams = [...this.#engine.readableStreams()];
    const first = this.#visitFrom % streams.length;
    for (let visited = 1; visited <= streams.length; visited += 1) {
      const stream = streams[(first + visited - 1) % streams.length] ?? 0;
      const goesOn = visit(stream, this.#peerStreams.isNew(stream));
      if (goesOn || visited === streams.length) continue;
      this.#visitFrom = first + visited;
      return true;
    }
    this.#visitFrom = 0;
    return false;
  }

  /**
   * Bounds the datagrams, envelope included.
   *
   * @param base octets that cross the path unsegmented
   * @param ceiling octets that cross it at all
   */
  setDatagramBounds(base: number, ceiling: number): void {
    this.#path.setDatagramBounds(base, Math.min(ceiling, this.#parts.maxDatagramOctets));
  }

  /** Closes with an application code; `text` reaches the peer as ASCII, 200 octets at most. */
  close(code: number, text: string): void {
    if (this.#state === "closing" || this.#state === "closed") return;
    this.#acknowledgement.hurry();
    this.#engine.close(true, code, text);
    this.#deadline = this.#now + CLOSE_TIMEOUT_MS;
    this.#setState("closing");
    this.#settle();
  }

  /** The connection's figures, read now: for people, not for every packet. */
  statistics(): QuicConnectionStatistics {
    return { ...this.#path.read(), datagramOctets: this.#path.datagramOctets, pace: this.#path.pace };
  }

  #spend(octets: number): void {
    this.#path.spend(octets);
    this.#acknowledgement.sent();
  }

  #nextOfOurs(): Instant | undefined {
    const pingAt = Math.min(this.#keepAlive.dueAt, this.#keepAlive.lostAt);
    return earlier(pingAt === Infinity ? undefined : pingAt, this.#acknowledgement.dueAt);
  }

  #pingOrGiveUp(): void {
    if (this.#now >= this.#keepAlive.lostAt)
      return this.#finish({ by: "timeout", application: false, code: 0, text: "" });
    if (this.#now < this.#keepAlive.dueAt) return;
    this.#engine.ping();
    this.#keepAlive.pinged(this.#now);
  }

  /** Follows the engine's state and reads its timer. */
  #settle(): void {
    this.#unsettled = false;
    if (this.#state === "closed") return;
    if (this.#engine.isClosed() || this.#engine.isDraining()) return this.#finish(this.#engine.closeReason());
    if (this.#state === "handshaking" && this.#engine.isEstablished()) this.#checkPin();
    const timeout = this.#engine.timeoutMs();
    // Rounded down by the engine: a millisecond later it is due for certain. In its last millisecond it is tried at each
    // call: put off a millisecond each time, it would never be due to who calls more often.
    if (timeout === undefined) this.#engineTimeout = undefined;
    else this.#engineTimeout = this.#now + (timeout === 0 ? 0 : timeout + 1);
    this.#keepAlive.watch(this.#engineTimeout, this.#now);
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
    this.#events.push({ type: "closed", reason });
  }

  #setState(state: QuicConnectionState): void {
    const before = this.#state;
    this.#state = state;
    this.#parts.handleState(state, before);
  }
}
