/**
 * Which session with a peer takes new flows, where there are several: the newer one. The one before keeps its flows until
 * they end by themselves, and is closed then.
 */
import type { Instant } from "@flor/machine";
import type { CarriedSession } from "./carried-session.ts";
import type { CarriedSessions } from "./carried-sessions.ts";
import { CloseCode } from "./close-code.ts";
import type { Peer } from "./peer.ts";
import type { SessionDials } from "./session-dials.ts";
import { findCurrent, FLOWS_PATIENCE_MS, hasFlows } from "./session-silence.ts";

const REPLACED_TEXT = "its flows are over, and another one is in its place";

const TOO_MANY_TEXT = "too many newer ones with the same peer have flows as well";

/**
 * Sessions that this node opened with one peer and that go on for their flows alone, beside the one that takes new ones. A peer
 * takes eight connections: so there is room for the attempts to open the next one.
 */
export const RETIRED_SESSIONS_MAX = 3;

/** See the head of this file. */
export class SessionHandover {
  readonly #carried: CarriedSessions;
  readonly #dials: SessionDials;
  /** By node key. */
  readonly #peers: ReadonlyMap<string, Peer>;

  constructor(carried: CarriedSessions, dials: SessionDials, peers: ReadonlyMap<string, Peer>) {
    this.#carried = carried;
    this.#dials = dials;
    this.#peers = peers;
  }

  /** Finds out which of a peer's sessions it uses: one was established, or is closed. */
  findCurrent(peer: Peer, now: Instant): void {
    findCurrent(this.#carried, peer, now);
  }

  /**
   * A session that this node opened is established. Two attempts may come through in one turn: the first carries.
   *
   * @returns whether new flows go into it
   */
  handleOpened(session: CarriedSession): boolean {
    const { peer, connection } = session;
    const before = peer.session;
    if (before?.isRetiring === false) {
      connection.close(CloseCode.superseded, "another attempt came first");
      return false;
    }
    connection.keepAlive = true;
    connection.patienceMs = FLOWS_PATIENCE_MS;
    this.#dials.succeeded(peer, connection);
    peer.session = session;
    if (before !== undefined) this.closeDrained(before);
    this.#releaseReplaced(peer);
    this.#closeOldest(peer);
    return true;
  }

  /** Another one is to take the place of a session, which is closed with this reason when its flows are over. */
  retire(session: CarriedSession, code: number = CloseCode.superseded, text: string = REPLACED_TEXT): void {
    session.retirement ??= { code, text };
    this.#carried.touch(session);
  }

  /** Ends a session that has another one in its place, once it carries nothing. */
  closeDrained(session: CarriedSession): void {
    const { peer, connection } = session;
    const isOver = connection.state === "closing" || connection.state === "closed";
    if (peer.session === session || hasFlows(session) || isOver) return;
    const { code, text } = session.retirement ?? { code: CloseCode.superseded, text: REPLACED_TEXT };
    connection.close(code, text);
    this.#carried.touch(session);
  }

  /** Each time that a way is gone for long may leave a session whose flows live on. */
  #closeOldest(peer: Peer): void {
    const retired = [...this.#carried].filter(
      (session) => session.peer === peer && session.isRetiring && session.connection.state === "established",
    );
    for (const { connection } of retired.slice(0, -RETIRED_SESSIONS_MAX))
      connection.close(CloseCode.superseded, TOO_MANY_TEXT);
    for (const session of retired) this.#carried.touch(session);
  }

  /** The node behind a peer is reached under its new key: the session with the old one is for what it carries alone. */
  #releaseReplaced({ settings: { replaces } }: Peer): void {
    const old = replaces === undefined ? undefined : this.#peers.get(replaces);
    if (old === undefined) return;
    this.#dials.release(old);
    const { session } = old;
    if (session === undefined) return;
    old.session = undefined;
    this.retire(session);
    this.closeDrained(session);
  }
}
