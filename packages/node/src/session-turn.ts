/**
 * The turn of one session: read what its connection has, write what waited, transmit. Steps 6 to 8 of the corridor
 * outbound (transmit, push, send) and step read of the way back begin here; their innermost call is `sendFrame` of
 * sender.ts.
 */
import type { Instant } from "@flor/machine";
import { QUIC_DATAGRAM_OCTETS } from "./adjacency.ts";
import type { CarriedSession } from "./carried-session.ts";
import type { Egress } from "./egress.ts";
import { frameOverhead, sendFrame } from "./sender.ts";
import type { Sessions } from "./sessions.ts";

/** Octets of one session sent per turn: about four bundles, then others have their turn. */
const TRANSMIT_BUDGET_OCTETS = 245_760;
/** Octets read from one flow per turn: then others have their turn. */
const READ_BUDGET_OCTETS = 524_288;
/** Octets read from one session per turn. */
const SESSION_READ_BUDGET_OCTETS = 4_194_304;
/** Streams of one session that are opened, read or found reset per turn: each costs a system call or more. */
const STREAMS_PER_TURN = 128;

/** Serves sessions, one turn of one session at a time. */
export class SessionTurn {
  readonly #sessions: Sessions;
  readonly #egress: Egress;

  constructor(sessions: Sessions, egress: Egress) {
    this.#sessions = sessions;
    this.#egress = egress;
  }

  /** Reads, writes and transmits; returns whether a budget ended before the work did. */
  serve(session: CarriedSession, now: Instant): boolean {
    this.#sessions.takeEvents(session, now);
    if (session.isOver) return this.#sessions.forget(session);
    const moreToRead = session.established && this.#read(session, now);
    session.writeBlocked();
    const moreToSend = transmit(session, now);
    session.countDrops();
    // A close is over once its packet is sent.
    this.#sessions.takeEvents(session, now);
    return session.isOver ? this.#sessions.forget(session) : moreToRead || moreToSend;
  }

  /**
   * Step read: the streams of the session that have something, in turn when they are many.
   *
   * @returns whether a budget ended before the octets did
   */
  #read(session: CarriedSession, now: Instant): boolean {
    let more = false;
    let octets = 0;
    let streams = 0;
    const isLeft = session.connection.forEachReadable((stream, isNew) => {
      const known = session.flows.get(stream) ?? session.joins.get(stream);
      const user = known ?? (isNew ? this.#egress.acceptStream(session, stream, now) : undefined);
      const moved = user?.handleReadable(READ_BUDGET_OCTETS) ?? 0;
      if (moved >= READ_BUDGET_OCTETS) more = true;
      octets += moved;
      // Those that wait for their reader or their target cost nothing, and are shown again and again.
      if (isNew || moved > 0 || !session.flows.has(stream)) streams += 1;
      return octets < SESSION_READ_BUDGET_OCTETS && streams < STREAMS_PER_TURN;
    });
    return more || isLeft;
  }
}

/**
 * Steps 6 to 8, transmit, push, send: the session's packets into the bundle of the link that its path begins with.
 *
 * @returns whether the turn's budget ended before the packets did
 */
function transmit({ peer, connection }: CarriedSession, now: Instant): boolean {
  const path = peer.wayAt(now);
  const adjacency = path?.nextHop.best;
  if (path === undefined || adjacency?.link.door === undefined) return false;
  const overhead = frameOverhead(path.stack.length);
  // Four frames share a bundle evenly; a larger frame would leave it part empty.
  const share = Math.floor((adjacency.link.door.bundleLimit - 8) / 4) - overhead;
  // Where not even QUIC's least crosses unsegmented, segments carry it.
  const base = Math.max(path.unsegmentedPayloadMtu, Math.min(path.payloadMtu, QUIC_DATAGRAM_OCTETS));
  const max = Math.max(base, Math.min(path.payloadMtu, share));
  connection.setDatagramBounds(base, max);
  for (let sent = 0; sent < TRANSMIT_BUDGET_OCTETS;) {
    const octets = sendFrame(connection, adjacency, path.stack, max, now);
    if (octets <= 0) return false;
    sent += octets;
  }
  return true;
}
