import { expect, it } from "vitest";
import { identityOf, peerOf } from "./memory-network.testing.ts";
import { Neighbour } from "./neighbour.ts";
import { LOST_PATH_MS, Peer } from "./peer.ts";
import { Redial } from "./redial.ts";

const { id, publicKey } = identityOf("near");
const path = {
  nextHop: new Neighbour(id, publicKey, "near"),
  stack: [100, 200],
  payloadMtu: 1400,
  unsegmentedPayloadMtu: 1400,
};

it("a path that is lost is used for a minute by sessions that stand, unless another is found", () => {
  const peer = new Peer(peerOf("far"), identityOf("far").id, new Redial(() => 0));
  expect(peer.wayAt(0)).toBeUndefined();
  peer.path = peer.lastPath = path;
  expect(peer.wayAt(0)).toBe(path);
  peer.path = undefined;
  peer.pathLostAt = 5000;
  expect([peer.wayAt(5000 + LOST_PATH_MS - 1), peer.wayAt(5000 + LOST_PATH_MS)]).toEqual([path, undefined]);
  peer.path = { ...path, stack: [300, 200] };
  expect(peer.wayAt(5000 + LOST_PATH_MS)?.stack).toEqual([300, 200]);
});

it.each([{ via: ["mid"] }, { avoid: ["near"] }])(
  "a path that is lost is not used on when %o is wanted since",
  (wanted) => {
    const peer = new Peer(peerOf("far"), identityOf("far").id, new Redial(() => 0));
    peer.lastPath = path;
    peer.lastChosenBy = peer.settings;
    peer.pathLostAt = 5000;
    expect(peer.wayAt(5001)).toBe(path);
    peer.settings = { ...peer.settings, ...wanted };
    expect(peer.wayAt(5001)).toBeUndefined();
  },
);
