import type { QuicConnection } from "@flor/quic";
import { expect, it } from "vitest";
import { CarriedSession } from "./carried-session.ts";
import type { Peer } from "./peer.ts";

it("what a connection gave up and refused is counted once, whenever it is looked at", () => {
  const figures = { droppedDatagrams: 0, refusedStreams: 0, onDatagram: () => {} };
  const counted: (string | number)[] = [];
  const session = new CarriedSession({
    connection: figures as unknown as QuicConnection<undefined>,
    peer: {} as Peer,
    touch: () => {},
    drop: (reason, count) => counted.push(reason, count ?? 1),
    noteRefused: (streams) => counted.push("refused", streams),
  });
  session.countDrops();
  figures.refusedStreams = 2;
  session.countDrops();
  session.countDrops();
  figures.droppedDatagrams = 3;
  figures.refusedStreams = 3;
  session.countDrops();
  expect(counted).toEqual(["refused", 2, "queue", 3, "refused", 1]);
});

it("a time-out that stays due is handled again at intervals, and the next one in time", () => {
  let due: number | undefined = 100;
  const handled: number[] = [];
  const connection = {
    nextTimeout: () => due,
    handleTimeout: (now: number) => void handled.push(now),
    onDatagram: () => {},
  };
  const session = new CarriedSession({
    connection: connection as unknown as QuicConnection<undefined>,
    peer: {} as Peer,
    touch: () => {},
    drop: () => {},
    noteRefused: () => {},
  });
  const run = (from: number, end: number): void => {
    for (let now = from; now < end; now += 1)
      if ((session.nextTimeout() ?? Infinity) <= now) session.handleTimeout(now);
  };
  run(90, 160);
  expect(handled.splice(0)).toEqual([100, 101, 126, 151]);
  // A path came, and with it another time-out.
  due = 162;
  run(160, 163);
  expect(handled).toEqual([162]);
  due = undefined;
  expect(session.nextTimeout()).toBeUndefined();
});
