import type { QuicConnection } from "@flor/quic";
import { expect, it } from "vitest";
import type { CarriedSession } from "./carried-session.ts";
import { CarriedSessions } from "./carried-sessions.ts";
import { CloseCode } from "./close-code.ts";
import { identityOf, peerOf } from "./memory-network.testing.ts";
import { Peer } from "./peer.ts";
import { Redial } from "./redial.ts";
import { SessionDials } from "./session-dials.ts";
import { RETIRED_SESSIONS_MAX, SessionHandover } from "./session-handover.ts";
import { SILENT_MAX_MS, silentAt } from "./session-silence.ts";

const peer = new Peer(peerOf("far"), identityOf("far").id, new Redial(() => 0));

/** Sessions with one peer that stand and have a flow each; where each was closed, why. */
function stage(): {
  handover: SessionHandover;
  open: () => CarriedSession;
  closed: Map<CarriedSession, number>;
} {
  const carried = new CarriedSessions(() => {});
  const dials = new SessionDials({
    dial: () => {
      throw new Error("nothing is dialled here");
    },
    handleUnreachable: () => {},
  });
  const handover = new SessionHandover(carried, dials, new Map());
  const closed = new Map<CarriedSession, number>();
  const open = (): CarriedSession => {
    const connection = {
      role: "client",
      state: "established",
      heardAt: 0,
      onDatagram: () => {},
      close: (code: number) => {
        connection.state = "closing";
        closed.set(session, code);
      },
    };
    const session = carried.add(connection as unknown as QuicConnection<undefined>, peer);
    session.established = true;
    session.flows.set(0, {} as never);
    handover.handleOpened(session);
    return session;
  };
  peer.session = undefined;
  return { handover, open, closed };
}

it("of sessions that go on for their flows alone, the oldest ends when there are more than the peer has room for", () => {
  const { handover, open, closed } = stage();
  const opened: CarriedSession[] = [];
  for (let count = 0; count < RETIRED_SESSIONS_MAX + 3; count += 1) {
    const session = open();
    opened.push(session);
    peer.session = undefined;
    handover.retire(session, CloseCode.silent, "silent");
  }
  expect([...closed]).toEqual(opened.slice(0, 2).map((session) => [session, CloseCode.superseded]));
});

it("a session that is to be replaced gives its place up when it is silent, and is left alone then", () => {
  const { handover, open } = stage();
  const session = open();
  handover.retire(session);
  expect(silentAt(session)).toBe(SILENT_MAX_MS);
  peer.session = undefined;
  expect(silentAt(session)).toBeUndefined();
});
