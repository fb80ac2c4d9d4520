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
