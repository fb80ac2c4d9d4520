import fc from "fast-check";
import { expect, it } from "vitest";
import { PeerStreams } from "./peer-streams.ts";

it("shows each stream of the peer as new exactly once, in whatever order", () => {
  fc.assert(
    fc.property(
      fc.shuffledSubarray([...Array(50).keys()]),
      fc.constantFrom(0 as const, 1 as const),
      (order, initiator) => {
        const streams = new PeerStreams(initiator);
        const ids = order.map((index) => index * 4 + initiator);
        expect(ids.every((id) => streams.isNew(id))).toBe(true);
        expect(ids.some((id) => streams.isNew(id))).toBe(false);
      },
    ),
  );
});

it("never takes our own stream for the peer's", () => {
  const streams = new PeerStreams(1);
  expect(streams.isNew(0)).toBe(false);
  expect(streams.isNew(4)).toBe(false);
});
