import { BoundedQueue, DropCounters, type Instant, RateBudget } from "@flor/machine";
import {
  Admission,
  ADMISSION_MAC_OFFSET,
  ADMISSION_OCTETS,
  ADMISSION_TYPE,
  type AdmissionDrop,
  type AdmissionPurpose,
} from "./admission.ts";
import type { AllowedPeer, AllowedPeers } from "./allowed-peers.ts";
import { CONNECTION_ID_MAX_OCTETS, CONNECTION_ID_OCTETS, keyOf } from "./connection-id.ts";
import { ConnectionTable } from "./connection-table.ts";
import type { EngineMaker } from "./create-engines.ts";
import { encodeNodeId } from "./node-id.ts";
import type { Identity } from "./identity.ts";
import { longPacketType, type LongHeader, QUIC_VERSION_1, readInvariantHeader, readLongHeader } from "./long-header.ts";
import { encodeVersionNegotiation } from "./packet/version-negotiation.ts";
import { MIN_DATAGRAM_OCTETS, QuicConnection } from "./quic-connection.ts";
import { CONTROL_QUIC_LIMITS, QUIC_LIMITS } from "./quic-limits.ts";
import { QUIC_DROPS, type QuicDrop } from "./quic-drops.ts";
import type { QuicEngine, QuicEngineFactory, QuicEngineLimits } from "./quic-engine.ts";
import { RecentInitials } from "./recent-initials.ts";
import { ResetTokens } from "./reset-tokens.ts";
import { RetryTokens } from "./retry-token.ts";
import { WindowBudget } from "./window-budget.ts";

/** Half-open handshakes above which a client must answer a Retry before it is given any state. */
const RETRY_THRESHOLD = 64;
const RETRY_KEY_OCTETS = 32;
/** Header, two ids, our token with a third, integrity tag: RFC 9000 section 17.2.5. */
const RETRY_MAX_OCTETS = ADMISSION_OCTETS + 7 + 2 * CONNECTION_ID_MAX_OCTETS + 20 + CONNECTION_ID_MAX_OCTETS + 16;
/** The shortest QUIC packet with a short header that can be decrypted: RFC 9001 section 5.4.2. */
const SHORT_PACKET_MIN_OCTETS = 1 + CONNECTION_ID_OCTETS + 4 + 16;
const SHORT_HEADER = 0x40;
const FORM_AND_FIXED_BITS = 0xc0;
/** Initials must name a destination of eight octets at least, RFC 9000 section 7.2. */
const INITIAL_DESTINATION_MIN_OCTETS = 8;
/** ALPN, RFC 7301. */
const PROTOCOLS = ["flor"];
/** A stateless reset looks like a packet with a short header of this length, and is shorter than what it answers. */
const RESET_MAX_OCTETS = 42;
const RESET_TOKEN_OCTETS = 16;
/** Packets of no connection that are compared with reset tokens, a second and at once. */
const STRAYS_PER_SECOND = 1000;
/** The application's code for a stream refused since its reader stalled: `stalled` of proto/session.md. */
const STALLED_CODE = 0x04;

/** What an endpoint needs. */
export interface QuicEndpointOptions {
  readonly identity: Identity;
  /** Makes the engines of its connections: their cryptography bears the identity's certificate. */
  readonly engines: EngineMaker;
  readonly purpose: AdmissionPurpose;
  readonly peers: AllowedPeers;
  /** Fills with cryptographically strong octets. */
  randomFill(octets: Uint8Array): void;
  /** Wall-clock time. */
  unixSeconds(): number;
  /** Largest datagram ever sent, envelope included. @default 16384 */
  readonly maxDatagramOctets?: number;
  /** Connections that it serves end after this much silence, milliseconds. @default 30 s */
  readonly idleTimeoutMs?: number;
  /** @default 64 */
  readonly retryThreshold?: number;
}

/** A stateless answer, whole with its envelope. */
export interface QuicReply<Path> {
  readonly peer: Uint8Array;
  readonly path: Path;
  readonly octets: Uint8Array;
}

/** A packet that was not admitted, and what is known of who sent it. */
export interface QuicRefusal<Path> {
  readonly reason: AdmissionDrop | "before-start";
  /** The public key of who it says that it is from; `undefined`: nobody listed. Proven but for "bad-mac". */
  readonly peer: Uint8Array | undefined;
  /** The sender's clock less ours, in seconds; the sender's own unless "bad-mac". */
  readonly skewSeconds: number;
  /** Where it came from. */
  readonly path: Path;
}

/** Many connections, of either role, over any path that carries datagrams between nodes that know each other's keys. */
export class QuicEndpoint<Path> {
  /** Payloads dropped, by reason. */
  readonly drops: DropCounters<QuicDrop> = new DropCounters(QUIC_DROPS);
  /** Told of each packet that is not admitted; must be cheap. */
  onRefused: (refusal: QuicRefusal<Path>) => void = () => {};
  readonly #options: QuicEndpointOptions;
  readonly #admission: Admission;
  readonly #engines: QuicEngineFactory;
  readonly #limits: { -readonly [Name in keyof QuicEngineLimits]: QuicEngineLimits[Name] };
  readonly #retryTokens: RetryTokens;
  readonly #resetTokens: ResetTokens;
  readonly #resets = new RateBudget(QUIC_LIMITS.resetsPerSecond, QUIC_LIMITS.resetsPerSecond);
  readonly #strays = new RateBudget(STRAYS_PER_SECOND, STRAYS_PER_SECOND);
  readonly #retryThreshold: number;
  readonly #recentInitials = new RecentInitials();
  readonly #replies = new BoundedQueue<QuicReply<Path>>(QUIC_LIMITS.replies);
  readonly #table = new ConnectionTable<QuicConnection<Path>>();
  readonly #windows: WindowBudget;
  #halfOpen = 0;
  #served = 0;
  #isRefusing = false;
  readonly #startedUnixSeconds: number;

  constructor(options: QuicEndpointOptions) {
    this.#options = options;
    this.#startedUnixSeconds = options.unixSeconds();
    this.#admission = new Admission(options.identity, options.peers, options.purpose);
    const maxDatagramOctets = options.maxDatagramOctets ?? QUIC_LIMITS.maxDatagramOctets;
    const limits = options.purpose === "control" ? CONTROL_QUIC_LIMITS : QUIC_LIMITS;
    this.#limits = {
      ...limits,
      idleTimeoutMs: options.idleTimeoutMs ?? limits.idleTimeoutMs,
      maxDatagramOctets,
      stalledCode: STALLED_CODE,
    };
    this.#engines = options.engines({
      limits: this.#limits,
      protocols: PROTOCOLS,
      random: () => this.#random(),
    });
    this.#resetTokens = new ResetTokens(options.identity.seed);
    this.#windows = new WindowBudget(limits);
    this.#retryThreshold = options.retryThreshold ?? RETRY_THRESHOLD;
    const retryKey = new Uint8Array(RETRY_KEY_OCTETS);
    options.randomFill(retryKey);
    this.#retryTokens = new RetryTokens(retryKey);
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

  /** Serves no further connections: the node stops. Those there are go on. */
  refuse(): void {
    this.#isRefusing = true;
  }

  /**
   * Opens a connection to a listed peer.
   *
   * @throws RangeError when the peer is not listed
   */
  connect(peerPublicKey: Uint8Array, path: Path, now: Instant): QuicConnection<Path> {
    const peer = this.#options.peers.get(peerPublicKey);
    if (peer === undefined) throw new RangeError(`${encodeNodeId(peerPublicKey)} is not listed: add it to the peers`);
    const source = this.#freshConnectionId(peer);
    const initialDestination = new Uint8Array(CONNECTION_ID_OCTETS);
    this.#options.randomFill(initialDestination);
    const engine = this.#engines.connect(source, initialDestination, now);
    return this.#add({ engine, role: "client", peer, source }, path, now);
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
    return this.#replies.shift();
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
    this.#answerStray(octets, offset, end, path, now);
    return this.#drop("unknown-connection");
  }

  /** A stateless reset bears no connection id: it is known by the token that it ends with, RFC 9000 section 10.3.1. */
  #takeReset(octets: Uint8Array, end: number, now: Instant): QuicConnection<Path> | undefined {
    if (!this.#strays.take(1, now)) return undefined;
    for (const connection of this.#table.all)
      if (connection.role === "client" && connection.handleReset(octets, end, now)) return connection;
    return undefined;
  }

  /** Tells the peer that its connection is forgotten here, RFC 9000 section 10.3. */
  #answerStray(octets: Uint8Array, offset: number, end: number, path: Path, now: Instant): void {
    const length = Math.min(RESET_MAX_OCTETS, end - offset - 1);
    if (length < SHORT_PACKET_MIN_OCTETS || this.#replies.isFull || !this.#resets.take(1, now)) return;
    const peer = this.#resetTokens.peerOf(octets, offset + 1, this.#options.peers.all);
    if (peer === undefined) return;
    const id = octets.slice(offset + 1, offset + 1 + CONNECTION_ID_OCTETS);
    const reset = new Uint8Array(length);
    this.#options.randomFill(reset);
    reset[0] = SHORT_HEADER | ((reset[0] ?? 0) & ~FORM_AND_FIXED_BITS);
    reset.set(this.#resetTokens.tokenOf(id), length - RESET_TOKEN_OCTETS);
    this.#replies.push({ peer: peer.publicKey, path, octets: reset });
  }

  #receiveLong(
    octets: Uint8Array,
    offset: number,
    end: number,
    path: Path,
    now: Instant,
  ): QuicConnection<Path> | undefined {
    const peer = this.#admission.open(octets, offset, end, this.#options.unixSeconds());
    if (typeof peer === "string") return this.#refuse(peer, path);
    const start = offset + ADMISSION_OCTETS;
    const header = readLongHeader(octets, start, end);
    if (header === undefined) return this.#receiveOtherVersion(peer, octets, offset, end, path, now);
    const known = this.#table.ofPeer(peer, header.destination);
    if (known !== undefined) return this.#deliver(known, octets, start, end, now);
    if (header.type !== longPacketType.initial || header.destination.length < INITIAL_DESTINATION_MIN_OCTETS) {
      return this.#drop("unknown-connection");
    }
    if (end - offset < MIN_DATAGRAM_OCTETS) return this.#drop("small-initial");
    // An earlier run of this node may have answered it. A peer whose clock is behind waits as long as its clock is behind.
    if (this.#admission.timeOf(octets, offset) < this.#startedUnixSeconds && this.#isClockSteady())
      return this.#refuse("before-start", path);
    const macKey = keyOf(octets, offset + ADMISSION_MAC_OFFSET);
    const connection = this.#admit({ peer, header, path, macKey }, now);
    return connection && this.#deliver(connection, octets, start, end, now);
  }

  /** A first packet of another version is answered with ours; such an answer goes to its connection: RFC 9000 section 6. */
  #receiveOtherVersion(
    peer: AllowedPeer,
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
    if (end - offset >= MIN_DATAGRAM_OCTETS && !this.#replies.isFull) {
      const answer = encodeVersionNegotiation(header.source, header.destination);
      const reply = new Uint8Array(ADMISSION_OCTETS + answer.length);
      reply.set(answer, ADMISSION_OCTETS);
      this.#admission.seal(peer, reply, 0, reply.length, this.#options.unixSeconds());
      this.#replies.push({ peer: peer.publicKey, path, octets: reply });
    }
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
    if (!connection.handleReceive(octets, offset, end, now))
      this.drops.add(isOver ? "unknown-connection" : "malformed");
    return connection;
  }

  /** A new connection for a listed peer's Initial, or a Retry, or a drop. */
  #admit(initial: Initial<Path>, now: Instant): QuicConnection<Path> | undefined {
    const { peer, header, path } = initial;
    if (this.#isRefusing) return this.#drop("stopping");
    if (this.#halfOpen >= QUIC_LIMITS.halfOpen) return this.#drop("half-open");
    const served = this.#table.servedOf(peer);
    if (served >= QUIC_LIMITS.connectionsOfPeer || this.#served >= QUIC_LIMITS.connections)
      return this.#drop("connections");
    const seconds = this.#options.unixSeconds();
    const isFirst = header.token.length === 0;
    if (isFirst && this.#halfOpen >= this.#retryThreshold) return this.#retry(initial, seconds);
    const original = isFirst ? undefined : this.#checkToken(initial, seconds);
    if (!isFirst && original === undefined) return this.#drop("retry-token");
    if (!this.#recentInitials.add(initial.macKey, seconds)) return this.#drop("replayed-initial");
    // After a Retry the client already sends to the id that the Retry named.
    const source = isFirst ? this.#freshConnectionId(peer) : header.destination.slice();
    const window = this.#windows.grant(served);
    const initialDestination = header.destination.slice();
    const resetToken = this.#resetTokens.tokenOf(source);
    const accepted = { sourceId: source, initialDestination, original, windowOctets: window, resetToken };
    const engine = this.#engines.accept(accepted, now);
    return this.#add({ engine, role: "server", peer, source, initialDestination, window }, path, now);
  }

  /** Whether our clock was not set back since the start: else no peer would be let in until it is there again. */
  #isClockSteady(): boolean {
    return this.#options.unixSeconds() >= this.#startedUnixSeconds;
  }

  #checkToken({ peer, header }: Initial<Path>, seconds: number): Uint8Array | undefined {
    const { token, destination } = header;
    if (destination.length !== CONNECTION_ID_OCTETS || !this.#table.isFree(destination)) return undefined;
    return this.#retryTokens.check(token, peer.publicKey, destination, seconds);
  }

  #retry({ peer, header, path }: Initial<Path>, seconds: number): undefined {
    if (this.#replies.isFull) return this.#drop("replies");
    const source = this.#freshConnectionId(peer);
    const token = this.#retryTokens.mint(peer.publicKey, header.destination, source, seconds);
    const octets = new Uint8Array(RETRY_MAX_OCTETS);
    const packet = { destination: header.source, original: header.destination, source, token };
    const end = ADMISSION_OCTETS + this.#engines.retry(packet, octets.subarray(ADMISSION_OCTETS));
    this.#admission.seal(peer, octets, 0, end, seconds);
    this.#replies.push({ peer: peer.publicKey, path, octets: octets.subarray(0, end) });
    return undefined;
  }

  #add(made: MadeConnection, path: Path, now: Instant): QuicConnection<Path> {
    const { engine, role, peer, source, initialDestination, window = 0 } = made;
    const connection: QuicConnection<Path> = new QuicConnection(
      {
        engine,
        role,
        peer,
        admission: this.#admission,
        maxDatagramOctets: this.#options.maxDatagramOctets ?? QUIC_LIMITS.maxDatagramOctets,
        unixSeconds: () => this.#options.unixSeconds(),
        handleState: (state, before) => {
          if (role === "server" && before === "handshaking") this.#halfOpen -= 1;
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

  #refuse(reason: QuicRefusal<Path>["reason"], path: Path): undefined {
    const { peer, skewSeconds = 0 } = this.#admission.notAdmitted ?? {};
    this.onRefused({ reason, peer: peer?.publicKey, skewSeconds, path });
    return this.#drop(reason);
  }

  #drop(reason: QuicDrop): undefined {
    this.drops.add(reason);
    return undefined;
  }
}

/** An admitted Initial that belongs to no connection. */
interface Initial<Path> {
  readonly peer: AllowedPeer;
  readonly header: LongHeader;
  readonly path: Path;
  /** Of the envelope's MAC. */
  readonly macKey: number;
}

/** What tells one connection of an endpoint from another. */
interface MadeConnection {
  readonly engine: QuicEngine;
  readonly role: "client" | "server";
  readonly peer: AllowedPeer;
  readonly source: Uint8Array;
  readonly initialDestination?: Uint8Array;
  /** What the peer may have on the way to a served connection, octets. */
  readonly window?: number;
}
