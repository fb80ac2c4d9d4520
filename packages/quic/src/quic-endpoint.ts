import { DropCounters, type Instant, RateBudget } from "@flor/machine";
import { ADMISSION_MAC_OFFSET, ADMISSION_OCTETS, ADMISSION_TYPE } from "./admission-format.ts";
import { Admission, type AdmissionDrop } from "./admission.ts";
import type { AllowedPeer } from "./allowed-peers.ts";
import { CONNECTION_ID_OCTETS, keyOf, sameOctets } from "./connection-id.ts";
import { ConnectionTable } from "./connection-table.ts";
import type { EngineMaker } from "./create-engines.ts";
import type { Identity } from "./identity.ts";
import { encodeNodeId } from "./node-id.ts";
import { longPacketType, type LongHeader, QUIC_VERSION_1, readInvariantHeader, readLongHeader } from "./long-header.ts";
import { MIN_DATAGRAM_OCTETS, QuicConnection } from "./quic-connection.ts";
import { CONTROL_QUIC_LIMITS, QUIC_LIMITS } from "./quic-limits.ts";
import type { QuicEndpointOptions, QuicRefusal } from "./quic-endpoint-options.ts";
import { QUIC_DROPS, type QuicDrop } from "./quic-drops.ts";
import type { QuicEngine, QuicEngineFactory, QuicEngineLimits } from "./quic-engine.ts";
import { RecentInitials } from "./recent-initials.ts";
import { ResetTokens } from "./reset-tokens.ts";
import { FORM_AND_FIXED_BITS, SHORT_HEADER, SHORT_PACKET_MIN_OCTETS } from "./short-packet.ts";
import { type QuicReply, StatelessAnswers } from "./stateless-answers.ts";
import { isTimeHint } from "./time-hint.ts";
import { WindowBudget } from "./window-budget.ts";

/** Half-open handshakes above which a client must answer a Retry before it is given any state. */
export const RETRY_THRESHOLD = 64;
/** Initials must name a destination of eight octets at least, RFC 9000 section 7.2. */
const INITIAL_DESTINATION_MIN_OCTETS = 8;
/** ALPN, RFC 7301. */
const PROTOCOLS = ["flor"];
/** Packets of no connection that are compared with reset tokens, a second and at once. */
export const STRAYS_PER_SECOND = 1000;
/** The application's code for a stream refused since its reader stalled: `stalled` of proto/session.md. */
const STALLED_CODE = 0x04;

/** Many connections, of either role, over any path that carries datagrams between nodes that know each other's keys. */
export class QuicEndpoint<Path> {
  /** Payloads dropped, by reason. */
  readonly drops: DropCounters<QuicDrop> = new DropCounters(QUIC_DROPS);
  /** Told of each packet that is not admitted; must be cheap. */
  onRefused: (refusal: QuicRefusal<Path>) => void = () => {};
  /** Told what a peer says the time is, which refused a packet of this node for its time. */
  onTimeTold: (peerPublicKey: Uint8Array, unixSeconds: number) => void = () => {};
  /** Told of each connection that is established: both ends take each other's time for right. */
  onEstablished: (peerPublicKey: Uint8Array) => void = () => {};
  /** Whether peers whose time is wrong are told this node's. */
  tellsTime: () => boolean = () => true;
  readonly #options: QuicEndpointOptions;
  /** The node's keys, the one that it opens connections with first. */
  #own: readonly OwnKey<Path>[];
  readonly #limits: { -readonly [Name in keyof QuicEngineLimits]: QuicEngineLimits[Name] };
  readonly #resetTokens: ResetTokens;
  readonly #strays = new RateBudget(STRAYS_PER_SECOND, STRAYS_PER_SECOND);
  readonly #retryThreshold: number;
  readonly #recentInitials = new RecentInitials();
  readonly #table = new ConnectionTable<QuicConnection<Path>>();
  readonly #windows: WindowBudget;
  #halfOpen = 0;
  #served = 0;
  #isRefusing = false;
  #startedUnixSeconds: number;

  constructor(options: QuicEndpointOptions) {
    this.#options = options;
    this.#startedUnixSeconds = options.unixSeconds();
    const maxDatagramOctets = options.maxDatagramOctets ?? QUIC_LIMITS.maxDatagramOctets;
    const limits = options.purpose === "control" ? CONTROL_QUIC_LIMITS : QUIC_LIMITS;
    this.#limits = {
      ...limits,
      idleTimeoutMs: options.idleTimeoutMs ?? limits.idleTimeoutMs,
      maxDatagramOctets,
      stalledCode: STALLED_CODE,
    };
    this.#resetTokens = new ResetTokens(options.identity.seed);
    this.#windows = new WindowBudget(limits);
    this.#retryThreshold = options.retryThreshold ?? RETRY_THRESHOLD;
    this.#own = [this.#ownKey(options.identity, options.engines)];
  }

  /**
   * The node has another key: connections are opened with it from now on. Those that there are go on, and peers may still
   * open some with the keys before, until {@link dropKey}.
   */
  takeKey(identity: Identity, engines: EngineMaker): void {
    this.#own = [this.#ownKey(identity, engines), ...this.#own];
  }

  /** Another key beside the one that connections are opened with: peers may open some with it. */
  acceptKey(identity: Identity, engines: EngineMaker): void {
    this.#own = [...this.#own, this.#ownKey(identity, engines)];
  }

  /** Peers open no further connections with a former key. */
  dropKey(publicKey: Uint8Array): void {
    this.#own = this.#own.filter((own, index) => index === 0 || !sameOctets(own.admission.ownKey, publicKey));
  }

  /** How many former keys peers may open connections with; some may know no other. */
  get formerKeys(): number {
    return this.#own.length - 1;
  }

  /** Whether a connection was opened with the key that the node has now. */
  isOfKey({ ownKey }: Pick<QuicConnection<Path>, "ownKey">): boolean {
    return sameOctets(ownKey, this.#current.admission.ownKey);
  }

  /** Connections not yet closed. */
  get connections(): Iterable<QuicConnection<Path>> {
    return this.#table.all;
  }

  /** How much silence ends the connections that begin from now on, milliseconds. */
  set idleTimeoutMs(idleTimeoutMs: number) {
    this.#limits.idleTimeoutMs = idleTimeoutMs;
  }

  /** Server handshakes under way. */
  get halfOpen(): number {
    return this.#halfOpen;
  }

  /** The clock was set: what was sealed before its present time is not of this run. */
  handleClockSet(): void {
    this.#startedUnixSeconds = this.#options.unixSeconds();
  }

  /** Accepts no further connections, since the node stops; existing ones go on. */
  refuse(): void {
    this.#isRefusing = true;
  }

  /**
   * Opens a connection to a listed peer.
   *
   * @param former with which of the former keys, from the newest, 1; 0: the one that the node has now
   * @throws RangeError when the peer is not listed
   */
  connect(peerPublicKey: Uint8Array, path: Path, now: Instant, former = 0): QuicConnection<Path> {
    const peer = this.#options.peers.get(peerPublicKey);
    if (peer === undefined) throw new RangeError(`${encodeNodeId(peerPublicKey)} is not listed: add it to the peers`);
    const source = this.#freshConnectionId(peer);
    const initialDestination = new Uint8Array(CONNECTION_ID_OCTETS);
    this.#options.randomFill(initialDestination);
    const own = this.#own[former] ?? this.#current;
    const engine = own.engines.connect(source, initialDestination, now);
    return this.#add({ own, engine, role: "client", peer, source }, path, now);
  }

  /**
   * Takes one payload, octets[offset, end): an envelope and a long header, or a short header. Borrowed; decrypted in
   * place.
   *
   * @param path where a reply can go
   * @returns the connection it touched, or `undefined` when it was dropped and counted, or answered by `takeReply`
   */
  handleReceive(
    octets: Uint8Array,
    offset: number,
    end: number,
    path: Path,
    now: Instant,
  ): QuicConnection<Path> | undefined {
    const first = octets[offset] ?? 0;
    if (end - offset >= SHORT_PACKET_MIN_OCTETS) {
      if ((first & FORM_AND_FIXED_BITS) === SHORT_HEADER) return this.#receiveShort(octets, offset, end, path, now);
      if (first === ADMISSION_TYPE) return this.#receiveLong(octets, offset, end, path, now);
    }
    return this.#drop("payload");
  }

  /** The next stateless answer to send, or `undefined`. */
  takeReply(): QuicReply<Path> | undefined {
    for (const { answers } of this.#own) {
      const reply = answers.shift();
      if (reply !== undefined) return reply;
    }
    return undefined;
  }

  #receiveShort(
    octets: Uint8Array,
    offset: number,
    end: number,
    path: Path,
    now: Instant,
  ): QuicConnection<Path> | undefined {
    const connection = this.#table.bySource(octets, offset + 1);
    if (connection !== undefined) return this.#deliver(connection, octets, offset, end, now);
    const reset = this.#takeReset(octets, end, now);
    if (reset !== undefined) return reset;
    this.#current.answers.reset(octets, offset, end, path, now);
    return this.#drop("unknown-connection");
  }

  /** A stateless reset carries no connection id: it is known by the token that it ends with, RFC 9000 section 10.3.1. */
  #takeReset(octets: Uint8Array, end: number, now: Instant): QuicConnection<Path> | undefined {
    if (!this.#strays.take(1, now)) return undefined;
    for (const connection of this.#table.all)
      if (connection.role === "client" && connection.handleReset(octets, end, now)) return connection;
    return undefined;
  }

  #receiveLong(
    octets: Uint8Array,
    offset: number,
    end: number,
    path: Path,
    now: Instant,
  ): QuicConnection<Path> | undefined {
    if (isTimeHint(octets, offset, end)) return this.#takeTimeHint(octets, offset, end);
    const { own, peer } = this.#open(octets, offset, end);
    if (typeof peer === "string") {
      this.#tellTime(peer, own, octets.subarray(offset, end), path, now);
      return this.#refuse(peer, own, path);
    }
    const start = offset + ADMISSION_OCTETS;
    const header = readLongHeader(octets, start, end);
    if (header === undefined) return this.#receiveOtherVersion({ own, peer }, octets, offset, end, path, now);
    const known = this.#table.ofPeer(peer, header.destination);
    if (known !== undefined) return this.#deliver(known, octets, start, end, now);
    if (header.type !== longPacketType.initial || header.destination.length < INITIAL_DESTINATION_MIN_OCTETS) {
      return this.#drop("unknown-connection");
    }
    if (end - offset < MIN_DATAGRAM_OCTETS) return this.#drop("small-initial");
    // An earlier run of this node may have answered it. A peer whose clock is behind waits as long as its clock is behind.
    if (own.admission.timeOf(octets, offset) < this.#startedUnixSeconds && this.#isClockSteady())
      return this.#refuse("before-start", own, path);
    const macKey = keyOf(octets, offset + ADMISSION_MAC_OFFSET);
    const connection = this.#admit({ own, peer, header, path, macKey }, now);
    return connection && this.#deliver(connection, octets, start, end, now);
  }

  #takeTimeHint(octets: Uint8Array, offset: number, end: number): undefined {
    let drop: AdmissionDrop = "envelope";
    for (const { admission } of this.#own) {
      const told = admission.openHint(octets, offset, end, this.#options.unixSeconds());
      if (typeof told !== "string") {
        this.onTimeTold(told.peer.publicKey, told.unixSeconds);
        return undefined;
      }
      drop = told;
    }
    return this.#drop(drop);
  }

  #tellTime(drop: AdmissionDrop, own: OwnKey<Path>, refused: Uint8Array, path: Path, now: Instant): void {
    const peer = own.admission.notAdmitted?.peer;
    if (drop !== "clock-skew" || peer === undefined || !this.tellsTime()) return;
    own.answers.tellTime(peer, refused, path, now);
  }

  /** A first packet of another version is answered with ours; such an answer goes to its connection: RFC 9000 section 6. */
  #receiveOtherVersion(
    { own, peer }: { readonly own: OwnKey<Path>; readonly peer: AllowedPeer },
    octets: Uint8Array,
    offset: number,
    end: number,
    path: Path,
    now: Instant,
  ): QuicConnection<Path> | undefined {
    const start = offset + ADMISSION_OCTETS;
    const header = readInvariantHeader(octets, start, end);
    if (header === undefined || header.version === QUIC_VERSION_1) return this.#drop("long-header");
    if (header.version === 0) {
      const known = this.#table.ofPeer(peer, header.destination);
      return known === undefined ? this.#drop("unknown-connection") : this.#deliver(known, octets, start, end, now);
    }
    if (end - offset >= MIN_DATAGRAM_OCTETS) own.answers.negotiateVersion(peer, header, path);
    return this.#drop("long-header");
  }

  #deliver(
    connection: QuicConnection<Path>,
    octets: Uint8Array,
    offset: number,
    end: number,
    now: Instant,
  ): QuicConnection<Path> {
    // What comes for a connection that has ended is late, not malformed.
    const isOver = connection.state === "closed";
    if (connection.handleReceive(octets, offset, end, now)) return connection;
    const isUntimely = !isOver && connection.wasUntimely;
    this.drops.add(isOver ? "unknown-connection" : isUntimely ? "untimely" : "malformed");
    return connection;
  }

  /** A new connection for a listed peer's Initial, or a Retry, or a drop. */
  #admit(initial: Initial<Path>, now: Instant): QuicConnection<Path> | undefined {
    const { own, peer, header, path } = initial;
    if (this.#isRefusing) return this.#drop("stopping");
    if (this.#halfOpen >= QUIC_LIMITS.halfOpen) return this.#drop("half-open");
    const served = this.#table.servedOf(peer);
    if (served >= QUIC_LIMITS.connectionsOfPeer || this.#served >= QUIC_LIMITS.connections)
      return this.#drop("connections");
    const seconds = this.#options.unixSeconds();
    const isFirst = header.token.length === 0;
    if (isFirst && this.#halfOpen >= this.#retryThreshold) return this.#retry(initial);
    const original = isFirst ? undefined : this.#checkToken(initial);
    if (!isFirst && original === undefined) return this.#drop("retry-token");
    if (!this.#recentInitials.add(initial.macKey, seconds)) return this.#drop("replayed-initial");
    // After a Retry the client already sends to the id that the Retry named.
    const source = isFirst ? this.#freshConnectionId(peer) : header.destination.slice();
    const window = this.#windows.grant(served);
    const initialDestination = header.destination.slice();
    const resetToken = this.#resetTokens.tokenOf(source);
    const accepted = { sourceId: source, initialDestination, original, windowOctets: window, resetToken };
    const engine = own.engines.accept(accepted, now);
    return this.#add({ own, engine, role: "server", peer, source, initialDestination, window }, path, now);
  }

  /** Whether our clock was not set back since the start: else no peer would be let in until it is there again. */
  #isClockSteady(): boolean {
    return this.#options.unixSeconds() >= this.#startedUnixSeconds;
  }

  #checkToken({ own, peer, header }: Initial<Path>): Uint8Array | undefined {
    const { destination } = header;
    if (destination.length !== CONNECTION_ID_OCTETS || !this.#table.isFree(destination)) return undefined;
    return own.answers.originalOf(peer, header);
  }

  #retry({ own, peer, header, path }: Initial<Path>): undefined {
    if (own.answers.isFull) return this.#drop("replies");
    own.answers.retry(peer, header, this.#freshConnectionId(peer), path);
    return undefined;
  }

  #add(made: MadeConnection<Path>, path: Path, now: Instant): QuicConnection<Path> {
    const { own, engine, role, peer, source, initialDestination, window = 0 } = made;
    const connection: QuicConnection<Path> = new QuicConnection(
      {
        engine,
        role,
        peer,
        admission: own.admission,
        maxDatagramOctets: this.#options.maxDatagramOctets ?? QUIC_LIMITS.maxDatagramOctets,
        unixSeconds: () => this.#options.unixSeconds(),
        handleState: (state, before) => {
          if (role === "server" && before === "handshaking") this.#halfOpen -= 1;
          if (state === "established") this.onEstablished(peer.publicKey);
          if (state !== "closed") return;
          this.#table.delete(connection, source);
          this.#windows.release(window);
          if (role === "server") this.#served -= 1;
        },
      },
      path,
      now,
    );
    if (role === "server") {
      this.#halfOpen += 1;
      this.#served += 1;
    }
    this.#table.add(connection, source, initialDestination);
    return connection;
  }

  #freshConnectionId(peer: AllowedPeer): Uint8Array {
    const id = new Uint8Array(CONNECTION_ID_OCTETS);
    do {
      this.#options.randomFill(id);
      this.#resetTokens.completeId(id, peer);
    } while (!this.#table.isFree(id));
    return id;
  }

  #random(): number {
    const octets = new Uint8Array(4);
    this.#options.randomFill(octets);
    return new DataView(octets.buffer).getUint32(0) / 2 ** 32;
  }

  get #current(): OwnKey<Path> {
    const current = this.#own[0];
    if (current === undefined) throw new Error("an endpoint has a key");
    return current;
  }

  #ownKey(identity: Identity, makeEngines: EngineMaker): OwnKey<Path> {
    const { peers, purpose } = this.#options;
    const admission = new Admission(identity, peers, purpose);
    const engines = makeEngines({ limits: this.#limits, protocols: PROTOCOLS, random: () => this.#random() });
    const answers = new StatelessAnswers<Path>({
      admission,
      peers,
      engines,
      resetTokens: this.#resetTokens,
      randomFill: (octets) => this.#options.randomFill(octets),
      unixSeconds: () => this.#options.unixSeconds(),
    });
    return { admission, engines, answers };
  }

  /** Who sealed a packet, for which of our keys; or why it is not admitted, as far as is known. */
  #open(
    octets: Uint8Array,
    offset: number,
    end: number,
  ): { readonly own: OwnKey<Path>; readonly peer: AllowedPeer | AdmissionDrop } {
    const seconds = this.#options.unixSeconds();
    let best: { readonly own: OwnKey<Path>; readonly peer: AllowedPeer | AdmissionDrop } | undefined;
    for (const own of this.#own) {
      const peer = own.admission.open(octets, offset, end, seconds);
      if (typeof peer !== "string") return { own, peer };
      // Only with the right key is a wrong time known.
      if (best === undefined || peer === "clock-skew") best = { own, peer };
    }
    return best ?? { own: this.#current, peer: "envelope" };
  }

  #refuse(reason: QuicRefusal<Path>["reason"], { admission }: OwnKey<Path>, path: Path): undefined {
    const { peer, skewSeconds = 0 } = admission.notAdmitted ?? {};
    this.onRefused({ reason, peer: peer?.publicKey, skewSeconds, path });
    return this.#drop(reason);
  }

  #drop(reason: QuicDrop): undefined {
    this.drops.add(reason);
    return undefined;
  }
}

/** A key of the node, and what it answers by. */
interface OwnKey<Path> {
  readonly admission: Admission;
  readonly engines: QuicEngineFactory;
  readonly answers: StatelessAnswers<Path>;
}

/** An admitted Initial that belongs to no connection. */
interface Initial<Path> {
  readonly own: OwnKey<Path>;
  readonly peer: AllowedPeer;
  readonly header: LongHeader;
  readonly path: Path;
  /** Of the envelope's MAC. */
  readonly macKey: number;
}

/** What tells one connection of an endpoint from another. */
interface MadeConnection<Path> {
  readonly own: OwnKey<Path>;
  readonly engine: QuicEngine;
  readonly role: "client" | "server";
  readonly peer: AllowedPeer;
  readonly source: Uint8Array;
  readonly initialDestination?: Uint8Array;
  /** What the peer may have on the way to a served connection, octets. */
  readonly window?: number;
}
