/**
 * End-to-end sessions: which QUIC connection leads to which peer, and what becomes of the flows of a session that ends.
 * When to dial is said in session-dials.ts, which of several sessions takes new flows in session-handover.ts.
 */
import { isSameWay, type LabelPath } from "@flor/label";
import { earlier, type Instant } from "@flor/machine";
import { type AllowedPeers, type Identity, type QuicConnection, QuicEndpoint } from "@flor/quic";
import type { EngineMaker } from "@flor/quic/engine";
import { nodeKeyOf } from "@flor/link-state";
import type { IngressFlow, StreamCarrier } from "@flor/flows";
import type { Cause } from "@flor/wire";
import type { Adjacency } from "./adjacency.ts";
import type { CarriedSession } from "./carried-session.ts";
import { CarriedSessions } from "./carried-sessions.ts";
import { CloseCode, closeText, isShutdown, isUnlisted, silenceText, UNLISTED_TEXT } from "./close-code.ts";
import { type LocalConsumer, TRANSIT_GRACE_MS } from "./forward.ts";
import type { Neighbour } from "./neighbour.ts";
import type { PeerChanges } from "./peer-changes.ts";
import { LOST_PATH_MS, type Peer } from "./peer.ts";
import { sendFrame, writerOf } from "./sender.ts";
import { SessionDials } from "./session-dials.ts";
import { SessionHandover } from "./session-handover.ts";
import { SessionPeers } from "./session-peers.ts";
import { FLOWS_PATIENCE_MS, hasFlows, IDLE_TIMEOUT_MS, SILENT_MAX_MS, silentAt } from "./session-silence.ts";
import type { NodeKey, PeerSettings } from "./settings.ts";

/** A peer that said it stops is tried again after this long, should nothing be heard of its return. */
const STOPPED_DELAY_MS = 5000;

/** Flows of a session that is over which are ended per turn: each may cost a system call or more. */
const FLOWS_ENDED_PER_TURN = 128;

/** What sessions tell the node. */
export interface SessionsObserver {
  /** A session has something to do this turn. */
  handleTouched(): void;
  /** A session can carry flows now. */
  handleSessionReady(session: CarriedSession): void;
  /** The egress cannot be reached in time. */
  handleUnreachable(flow: IngressFlow, cause: Cause): void;
  /** The peer that the flow waited for was removed: another may do. */
  handlePeerRemoved(flow: IngressFlow): void;
  log(level: "info" | "warn", step: string, fields: Readonly<Record<string, unknown>>): void;
}

/** Options of {@link Sessions}. */
export interface SessionsOptions {
  readonly identity: Identity;
  readonly engines: EngineMaker;
  readonly allowed: AllowedPeers;
  readonly peers: readonly PeerSettings[];
  /** How long the flows of a silent peer are kept here. @default {@link IDLE_TIMEOUT_MS} */
  readonly idleTimeoutMs?: number | undefined;
  /** Whether a node between is known to carry nothing for others. @default none is */
  readonly refuses?: (hops: readonly string[]) => boolean;
  readonly observer: SessionsObserver;
  readonly randomFill: (octets: Uint8Array) => void;
  readonly random: () => number;
  readonly unixSeconds: () => number;
}

/** The sessions of a node. */
export class Sessions implements LocalConsumer {
  readonly endpoint: QuicEndpoint<undefined>;
  /** Where the packet in hand came from. */
  arrivedBy: Adjacency | undefined;
  /** By node key. */
  readonly peers: ReadonlyMap<string, Peer>;
  readonly carried: CarriedSessions;
  readonly #peers: SessionPeers;
  readonly #dials: SessionDials;
  readonly #handover: SessionHandover;
  readonly #observer: SessionsObserver;
  readonly #refuses: NonNullable<SessionsOptions["refuses"]>;
  #idleTimeoutMs: number;
  #isStopping = false;

  constructor(options: SessionsOptions) {
    const { identity, engines, allowed: peers, randomFill, unixSeconds } = options;
    this.endpoint = new QuicEndpoint<undefined>({
      identity,
      engines,
      peers,
      purpose: "session",
      randomFill,
      unixSeconds,
      idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
    });
    this.#idleTimeoutMs = options.idleTimeoutMs ?? IDLE_TIMEOUT_MS;
    this.#observer = options.observer;
    this.#refuses = options.refuses ?? (() => false);
    this.carried = new CarriedSessions(() => options.observer.handleTouched());
    this.#peers = new SessionPeers(options.peers, options.random);
    this.peers = this.#peers.byKey;
    this.#dials = new SessionDials({
      dial: (peer, now) => this.#dial(peer, now),
      handleUnreachable: (flow, cause) => options.observer.handleUnreachable(flow, cause),
    });
    this.#handover = new SessionHandover(this.carried, this.#dials, this.peers);
  }

  /**
   * Takes other peers. The sessions with a removed one are closed, and its flows end with them.
   *
   * @param reasonOf why the node of a key is removed, for both ends
   * @returns the sessions that are to be served once more, to tell the other end, before their path is gone
   */
  apply(changes: PeerChanges, reasonOf: (key: string) => string): readonly CarriedSession[] {
    const gone = this.#peers.apply(changes);
    for (const peer of gone) for (const flow of this.#dials.forget(peer)) this.#observer.handlePeerRemoved(flow);
    const closing = [...this.carried].filter(({ peer }) => gone.has(peer));
    for (const session of closing) {
      session.connection.close(CloseCode.unlisted, reasonOf(session.peer.key));
      this.carried.touch(session);
    }
    return closing;
  }

  /** How long the flows of a silent peer are kept here, of sessions from now on, milliseconds. */
  set idleTimeoutMs(idleTimeoutMs: number) {
    this.#idleTimeoutMs = idleTimeoutMs;
    this.endpoint.idleTimeoutMs = idleTimeoutMs;
  }

  /**
   * The node has another key. Sessions that it opened are made again with it; the flows of those before end by themselves.
   */
  takeKey({ identity, engines }: NodeKey): void {
    this.endpoint.takeKey(identity, engines);
    for (const session of this.carried) if (session.connection.role === "client") this.#handover.retire(session);
    for (const peer of this.peers.values())
      if (peer.session !== undefined || peer.attempts.size > 0) this.#dials.renew(peer);
  }

  /** Peers open no further sessions with that key of the node's, and those that there are end. */
  dropKey(publicKey: Uint8Array): void {
    this.endpoint.dropKey(publicKey);
    for (const session of this.carried) {
      const { ownKey } = session.connection;
      if (this.endpoint.isOfKey({ ownKey }) || nodeKeyOf(ownKey) !== nodeKeyOf(publicKey)) continue;
      session.connection.close(CloseCode.superseded, "the key of this session is not valid any more");
      this.carried.touch(session);
    }
  }

  /** Whether flows go over sessions with a former key of the node's. */
  get hasFormerFlows(): boolean {
    for (const { connection, flows, joins } of this.carried)
      if (!this.endpoint.isOfKey(connection) && flows.size + joins.size > 0) return true;
    return false;
  }

  /** The peer of that name. */
  named(name: string): Peer | undefined {
    return this.#peers.named(name);
  }

  /** The session whose connection carries a flow. */
  carrying(carrier: StreamCarrier): CarriedSession | undefined {
    return this.carried.of(carrier as QuicConnection<undefined>);
  }

  /** Clients may be sent through the peer of that name, see {@link SessionDials.want}. */
  want(name: string): void {
    const peer = this.#peers.named(name);
    if (peer !== undefined) this.#dials.want(peer);
  }

  /** Holds a session with a peer at all times, however many others are held. */
  hold(peer: Peer): void {
    this.#dials.hold(peer);
  }

  /** Holds a session with a peer for as long as ways between networks need it. */
  lean(peer: Peer, isNeeded: boolean): void {
    this.#dials.lean(peer, isNeeded);
  }

  /** Egress, step handle: a packet for the delivery label; octets borrowed. */
  handlePayload(octets: Uint8Array, offset: number, end: number, adjacency: Adjacency, now: Instant): void {
    this.arrivedBy = adjacency;
    const connection = this.endpoint.handleReceive(octets, offset, end, undefined, now);
    if (connection === undefined) {
      adjacency.link.conduct.note("unknown-payload", now);
      return this.#sendReplies(now);
    }
    const session = this.#sessionOf(connection);
    // A guest's key opens no sessions.
    if (session === undefined) return connection.close(CloseCode.unlisted, UNLISTED_TEXT);
    session.hasProgress = true;
    this.carried.touched.add(session);
  }

  /** Where frames for a peer go changed. */
  setPath(settings: PeerSettings, path: LabelPath<Neighbour> | undefined, now: Instant): Peer | undefined {
    const peer = this.#peers.named(settings.name);
    if (peer === undefined) return undefined;
    if (peer.path === undefined) peer.redial.restart();
    const isOtherWay = path !== undefined && peer.lastPath !== undefined && !isSameWay(peer.lastPath, path);
    if (path === undefined && peer.path !== undefined) {
      peer.pathLostAt = now;
      peer.lostPathMs = this.#refuses(peer.path.hops ?? []) ? TRANSIT_GRACE_MS : LOST_PATH_MS;
    }
    peer.path = path;
    if (path !== undefined) {
      peer.lastPath = path;
      peer.barredBy = undefined;
      peer.lastChosenBy = settings;
    }
    const { replaces } = settings;
    const replaced = replaces === undefined ? undefined : this.peers.get(replaces);
    if (path !== undefined && (replaced?.session !== undefined || replaced?.wanted === true))
      this.#dials.takeOver(peer);
    for (const session of this.carried) {
      if (session.peer !== peer) continue;
      this.carried.touched.add(session);
      if (isOtherWay) session.connection.handlePathChange(now);
      // What was lost on the old path waits for time-outs that have grown.
      if (session.connection.unansweredSince !== undefined) session.connection.ask(now);
    }
    return peer;
  }

  /**
   * A node is no member any more: nothing goes over it, though another way to those behind it is not found yet.
   *
   * @returns the peers behind it, each with how many of its sessions wait for another way
   */
  bar(key: string, name: string, now: Instant): ReadonlyMap<Peer, number> {
    const behind = new Map<Peer, number>();
    for (const peer of this.peers.values()) {
      if (peer.barredBy !== undefined || peer.lastPath?.hops?.includes(key) !== true) continue;
      peer.barredBy = name;
      if (peer.path !== undefined) peer.pathLostAt = now;
      peer.path = undefined;
      behind.set(peer, [...this.carried].filter((session) => session.peer === peer).length);
    }
    return behind;
  }

  /** The first node on the way is heard: what lies behind it may be, too. */
  handleAlive(neighbour: Neighbour): void {
    for (const peer of this.peers.values()) if (peer.path?.nextHop === neighbour) peer.redial.restart();
  }

  /** Keeps a flow until there is a session with `peer`; returns the cause if it does not. */
  wait(peer: Peer, flow: IngressFlow, now: Instant): Cause | undefined {
    return this.#dials.wait(peer, flow, now);
  }

  /** The peer restarted: what its earlier run held is gone, so end it at once rather than wait for silence. */
  handleInstanceChanged(key: string): void {
    const peer = this.peers.get(key);
    peer?.redial.restart();
    for (const session of this.carried) {
      // Under the key before it was the same node.
      const isOfPeer = session.peer.key === key || session.peer.key === peer?.settings.replaces;
      // What is not established yet may be an attempt of its new run, which was faster than the news of it.
      if (isOfPeer && session.established) session.connection.close(CloseCode.restarted, "peer restarted");
      this.carried.touched.add(session);
    }
  }

  /**
   * A session that this node opened is of no use to new flows, which get another one. It ends with the last of its own, and
   * says then why.
   */
  retire(session: CarriedSession, code: number, text: string, now: Instant): void {
    const { peer } = session;
    const wasUsed = peer.session === session;
    if (wasUsed) peer.session = undefined;
    // One without flows is closed now, which is told anyway.
    if (wasUsed && hasFlows(session)) this.#tellEnd("session-left", session, text, now);
    this.#handover.retire(session, code, text);
  }

  /** Ends all sessions; none is opened or served any more. */
  close(): void {
    this.#isStopping = true;
    this.#dials.stop();
    this.endpoint.refuse();
    for (const session of this.carried) {
      session.connection.close(CloseCode.shutdown, "node stops");
      this.carried.touched.add(session);
    }
  }

  nextTimeout(): Instant | undefined {
    let next = this.#dials.nextTimeout();
    for (const session of this.carried) next = earlier(earlier(next, session.nextTimeout()), silentAt(session));
    return next;
  }

  handleTimeout(now: Instant): void {
    for (const session of this.carried) {
      if ((session.nextTimeout() ?? Infinity) <= now) {
        session.handleTimeout(now);
        this.carried.touched.add(session);
      }
      // After the connection, which tells a silence from a sleep of our own.
      if ((silentAt(session) ?? Infinity) <= now) this.#handleSilent(session, now);
    }
    this.#dials.handleTimeout(now);
  }

  /** Takes the events of a touched session's connection. */
  takeEvents(session: CarriedSession, now: Instant): void {
    const { connection, peer } = session;
    for (let event = connection.pollEvent(); event !== undefined; event = connection.pollEvent()) {
      if (event.type === "established") this.#handleEstablished(session, now);
      if (event.type === "streams-available") this.#observer.handleSessionReady(session);
      if (event.type === "closed") {
        this.#detach(session, now);
        if (isShutdown(event.reason)) peer.redial.defer(now, STOPPED_DELAY_MS);
        const reason = closeText(event.reason, this.#patienceWith(connection));
        if (isUnlisted(event.reason)) peer.turnedAway = { reason, at: now };
        if (session.established) this.#tellEnd("session-closed", session, reason, now);
      }
    }
    if (session.isRetiring) this.#handover.closeDrained(session);
  }

  /**
   * Ends the flows of a session that is closed, then forgets it.
   *
   * @returns whether some flows are left for another turn
   */
  forget(session: CarriedSession): boolean {
    // A node that stops has no turn to spare: what it leaves would end in order, as if it were whole.
    if (session.abandonFlows(this.#isStopping ? Infinity : FLOWS_ENDED_PER_TURN)) return true;
    this.carried.delete(session);
    return false;
  }

  /** Stateless answers (Retry) go by the path to the peer that the envelope named. */
  #sendReplies(now: Instant): void {
    for (let reply = this.endpoint.takeReply(); reply !== undefined; reply = this.endpoint.takeReply()) {
      const path = this.peers.get(nodeKeyOf(reply.peer))?.path;
      if (path?.nextHop.best === undefined) continue;
      sendFrame(writerOf(reply.octets), path.nextHop.best, path.stack, reply.octets.length, now);
    }
  }

  #sessionOf(connection: QuicConnection<undefined>): CarriedSession | undefined {
    const known = this.carried.of(connection);
    if (known !== undefined) return known;
    const peer = this.peers.get(nodeKeyOf(connection.peer));
    return peer && this.carried.add(connection, peer);
  }

  /** A session has been silent for too long: it takes no new flows. One that this node opened goes on for the flows it has. */
  #handleSilent(session: CarriedSession, now: Instant): void {
    const { connection } = session;
    if (connection.role === "client") return this.retire(session, CloseCode.silent, silenceText(SILENT_MAX_MS), now);
    connection.close(CloseCode.silent, silenceText(SILENT_MAX_MS));
    this.carried.touch(session);
  }

  #handleEstablished(session: CarriedSession, now: Instant): void {
    const { peer, connection } = session;
    session.established = true;
    peer.turnedAway = undefined;
    this.#observer.log("info", "session-established", { peer: peer.settings.name, role: connection.role });
    if (connection.role !== "client") this.#handover.findCurrent(peer, now);
    else if (this.#handover.handleOpened(session)) this.#observer.handleSessionReady(session);
  }

  /** How much silence ends the flows of a connection. */
  #patienceWith({ role }: QuicConnection<undefined>): number {
    return role === "server" ? this.#idleTimeoutMs : Math.min(this.#idleTimeoutMs, FLOWS_PATIENCE_MS);
  }

  #tellEnd(step: string, { peer, isRetiring }: CarriedSession, reason: string, now: Instant): void {
    // That one which went on for its flows alone is over says nothing of the peer, where another stands.
    if (!isRetiring || peer.session === undefined) peer.lastEnd = { reason, at: now };
    this.#observer.log("info", step, { peer: peer.settings.name, reason });
  }

  /** The session is over: nothing new goes into it. */
  #detach(session: CarriedSession, now: Instant): void {
    const { peer, connection } = session;
    peer.attempts.delete(connection);
    if (peer.session === session) peer.session = undefined;
    if (connection.role === "server") this.#handover.findCurrent(peer, now);
  }

  #dial(peer: Peer, now: Instant): QuicConnection<undefined> {
    const connection = this.endpoint.connect(peer.settings.publicKey, undefined, now);
    const session = this.#sessionOf(connection);
    if (session !== undefined) this.carried.touched.add(session);
    return connection;
  }
}
