/** The sessions of a node, opened by either end, and the totals of their flows. */
import { type DatagramDrop, DATAGRAM_DROPS } from "@flor/flows";
import { DropCounters } from "@flor/machine";
import type { QuicConnection } from "@flor/quic";
import { CarriedSession } from "./carried-session.ts";
import type { Peer } from "./peer.ts";

/** How many flows peers have open here. */
export interface EgressFlows {
  readonly all: number;
  readonly ofPeer: number;
}

/** See the head of this file. */
export class CarriedSessions {
  /** Those with something to do this turn. */
  readonly touched: Set<CarriedSession> = new Set();
  /** Octets of the flows of sessions that ended, from clients to targets and back. */
  readonly finishedOctets: { outbound: number; inbound: number } = { outbound: 0, inbound: 0 };
  /** Datagrams of UDP flows that went nowhere. */
  readonly datagramDrops: DropCounters<DatagramDrop> = new DropCounters(DATAGRAM_DROPS);
  /** Streams that were refused since their readers took nothing while memory was used up. */
  readonly streamDrops: DropCounters<"stalled-reader"> = new DropCounters(["stalled-reader"]);
  readonly #byConnection = new Map<QuicConnection<undefined>, CarriedSession>();
  readonly #handleTouched: () => void;

  /** @param handleTouched a session has something to do this turn */
  constructor(handleTouched: () => void) {
    this.#handleTouched = handleTouched;
  }

  [Symbol.iterator](): IterableIterator<CarriedSession> {
    return this.#byConnection.values();
  }

  /** The session of a connection; `undefined`: it has none yet. */
  of(connection: QuicConnection<undefined>): CarriedSession | undefined {
    return this.#byConnection.get(connection);
  }

  /** A connection with a peer is a session from now on. */
  add(connection: QuicConnection<undefined>, peer: Peer): CarriedSession {
    const session = new CarriedSession({
      connection,
      peer,
      touch: (touched) => this.touch(touched),
      drop: (reason, count) => this.datagramDrops.add(reason, count),
      noteRefused: (streams) => this.streamDrops.add("stalled-reader", streams),
    });
    this.#byConnection.set(connection, session);
    return session;
  }

  /** A session is over and its flows have ended. */
  delete(session: CarriedSession): void {
    if (!this.#byConnection.delete(session.connection)) return;
    const { connection, finished } = session;
    const ingress = connection.role === "client";
    this.finishedOctets.outbound += ingress ? finished.toStream : finished.toSocket;
    this.finishedOctets.inbound += ingress ? finished.toSocket : finished.toStream;
  }

  /** Wants a session served soon. */
  touch(session: CarriedSession): void {
    this.touched.add(session);
    this.#handleTouched();
  }

  /** The flows that peers opened, over all sessions. */
  egressFlows(of: Peer): EgressFlows {
    let [all, ofPeer] = [0, 0];
    for (const { connection, peer, flows } of this) {
      if (connection.role !== "server") continue;
      all += flows.size;
      if (peer === of) ofPeer += flows.size;
    }
    return { all, ofPeer };
  }
}
