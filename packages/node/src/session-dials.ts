/** When sessions are opened: with peers that clients may be sent through, and for flows that wait for one. */
import type { IngressFlow } from "@flor/flows";
import { earlier, type Instant } from "@flor/machine";
import type { QuicConnection } from "@flor/quic";
import { Cause } from "@flor/wire";
import { CloseCode } from "./close-code.ts";
import { type Peer, WAITING_FLOWS_MAX } from "./peer.ts";
import { REDIAL_ATTEMPT_MS, REDIAL_ATTEMPTS_MAX } from "./redial.ts";

/** A client waits this long for a session to its egress. */
export const SESSION_WAIT_MS = 10_000;

/** Peers with which a session is held before anybody uses it. A session takes memory and packets at both ends. */
export const WARM_PEERS_MAX = 32;

/** Options of {@link SessionDials}. */
export interface SessionDialsOptions {
  /** Begins a connection to a peer. */
  readonly dial: (peer: Peer, now: Instant) => QuicConnection<undefined>;
  /** A flow waited for a session in vain. */
  readonly handleUnreachable: (flow: IngressFlow, cause: Cause) => void;
}

/** See the head of this file. */
export class SessionDials {
  readonly #options: SessionDialsOptions;
  /** Peers that {@link want} was asked for. */
  readonly #warm = new Set<Peer>();
  /** Peers that something is to happen with in time: of a thousand members most are only known. */
  readonly #busy = new Set<Peer>();
  #isStopping = false;

  constructor(options: SessionDialsOptions) {
    this.#options = options;
  }

  /**
   * Clients may be sent through this peer: holds a session with it at all times. Beyond {@link WARM_PEERS_MAX} such peers
   * the first client opens it.
   */
  want(peer: Peer): void {
    if (peer.wanted || this.#warm.size >= WARM_PEERS_MAX) return;
    this.#warm.add(peer);
    this.hold(peer);
  }

  /** Holds a session with a peer at all times, however many others are held. */
  hold(peer: Peer): void {
    peer.wanted = true;
    this.#busy.add(peer);
  }

  /** Opens a session with a peer in place of the one with the key that it had before. */
  takeOver(peer: Peer): void {
    peer.isTakingOver = true;
    this.#busy.add(peer);
  }

  /** The session that we hold with a peer is to be replaced by another one, which it goes on for until that stands. */
  renew(peer: Peer): void {
    for (const attempt of peer.attempts.keys()) attempt.close(CloseCode.superseded, "this node has another key");
    peer.attempts.clear();
    peer.redial.restart();
    this.#busy.add(peer);
  }

  /** No session with a peer is wanted any more, unless for a flow. */
  release(peer: Peer): void {
    peer.wanted = false;
    this.#warm.delete(peer);
  }

  /** Holds a session with a peer for as long as ways between networks need it. */
  lean(peer: Peer, isNeeded: boolean): void {
    peer.leaned = isNeeded;
    if (isNeeded) this.#busy.add(peer);
  }

  /** Keeps a flow until there is a session with `peer`; returns the cause if it does not. */
  wait(peer: Peer, flow: IngressFlow, now: Instant): Cause | undefined {
    if (this.#isStopping) return Cause.GENERAL_FAILURE;
    if (peer.waiting.size >= WAITING_FLOWS_MAX) return Cause.OVERLOADED;
    if (peer.turnedAway !== undefined && peer.path === undefined) return Cause.NETWORK_UNREACHABLE;
    peer.waiting.set(flow, now + SESSION_WAIT_MS);
    this.#busy.add(peer);
    return undefined;
  }

  /** A peer is removed: it is not dialled any more. @returns the flows that waited for it */
  forget(peer: Peer): readonly IngressFlow[] {
    this.#warm.delete(peer);
    this.#busy.delete(peer);
    const waiting = [...peer.waiting.keys()];
    peer.waiting.clear();
    return waiting;
  }

  /** A session that we opened with the peer stands: other attempts are over. */
  succeeded(peer: Peer, connection: QuicConnection<undefined>): void {
    peer.attempts.delete(connection);
    for (const attempt of peer.attempts.keys()) attempt.close(CloseCode.superseded, "another attempt came first");
    peer.attempts.clear();
    peer.isTakingOver = false;
    peer.redial.restart();
  }

  /** The node stops: nobody is dialled any more. */
  stop(): void {
    this.#isStopping = true;
  }

  nextTimeout(): Instant | undefined {
    let next: Instant | undefined;
    for (const peer of this.#busy) {
      if (this.#wantsDial(peer)) next = earlier(next, peer.redial.dueAt);
      for (const deadline of peer.attempts.values()) next = earlier(next, deadline);
      for (const deadline of peer.waiting.values()) {
        next = earlier(next, deadline);
        break;
      }
    }
    return next;
  }

  handleTimeout(now: Instant): void {
    for (const peer of this.#busy) {
      this.#expireWaiting(peer, now);
      this.#redial(peer, now);
      const isHeld = peer.session?.isRetiring !== true;
      if (isHeld && !isWanted(peer) && peer.attempts.size === 0) this.#busy.delete(peer);
    }
  }

  #wantsDial(peer: Peer): boolean {
    return (
      !this.#isStopping &&
      (peer.session === undefined ? isWanted(peer) : peer.session.isRetiring) &&
      peer.path !== undefined &&
      peer.attempts.size < REDIAL_ATTEMPTS_MAX
    );
  }

  #redial(peer: Peer, now: Instant): void {
    for (const [connection, deadline] of peer.attempts) {
      if (deadline > now) continue;
      peer.attempts.delete(connection);
      connection.close(CloseCode.superseded, "no answer in time");
    }
    if (!this.#wantsDial(peer) || peer.redial.dueAt > now) return;
    peer.redial.started(now);
    peer.attempts.set(this.#options.dial(peer, now), now + REDIAL_ATTEMPT_MS);
  }

  #expireWaiting(peer: Peer, now: Instant): void {
    for (const [flow, deadline] of peer.waiting) {
      if (deadline > now) return;
      peer.waiting.delete(flow);
      this.#options.handleUnreachable(flow, peer.path === undefined ? Cause.NETWORK_UNREACHABLE : Cause.TIMED_OUT);
    }
  }
}

function isWanted({ wanted, leaned, waiting, isTakingOver }: Peer): boolean {
  return wanted || leaned || waiting.size > 0 || isTakingOver;
}
