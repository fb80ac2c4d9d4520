/**
 * Which session with a peer takes new flows, where there are several: the newer one. The one before keeps its flows until
 * they end by themselves, and is closed then.
 */
import type { CarriedSession } from "./carried-session.ts";
import type { CarriedSessions } from "./carried-sessions.ts";
import { CloseCode } from "./close-code.ts";
import type { Peer } from "./peer.ts";
import type { SessionDials } from "./session-dials.ts";

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

  /** A session that a peer opened is established: the peer opens another one when it has given up what it had. */
  handleAccepted(session: CarriedSession): void {
    for (const older of this.#carried)
      if (older !== session && older.peer === session.peer && older.connection.role === "server")
        older.isSuperseded = true;
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
    this.#dials.succeeded(peer, connection);
    peer.session = session;
    if (before !== undefined) this.closeDrained(before);
    this.#releaseReplaced(peer);
    return true;
  }

  /** Another one is to take the place of a session. */
  retire(session: CarriedSession): void {
    session.isRetiring = true;
    this.#carried.touch(session);
  }

  /** Ends a session that has another one in its place, once it carries nothing. */
  closeDrained(session: CarriedSession): void {
    const { peer, connection, flows, joins } = session;
    const isOver = connection.state === "closing" || connection.state === "closed";
    if (peer.session === session || flows.size + joins.size > 0 || isOver) return;
    connection.close(CloseCode.superseded, "its flows are over, and there is another one with a newer key");
    this.#carried.touch(session);
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
