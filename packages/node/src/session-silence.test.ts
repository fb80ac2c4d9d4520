import { expect, it } from "vitest";
import { identityOf, peerOf } from "./memory-network.testing.ts";
import { Peer } from "./peer.ts";
import { Redial } from "./redial.ts";
import { findCurrent, type ServedSession } from "./session-silence.ts";

const peer = new Peer(peerOf("far"), identityOf("far").id, new Redial(() => 0));
const NOW = 5000;

function served(established = true): { -readonly [Name in keyof ServedSession]: ServedSession[Name] } {
  return { peer, established, supersededAt: undefined, connection: { role: "server", state: "established" } };
}

it("the session that a peer opened last is the one that it uses, until it closes that one as an attempt too many", () => {
  const [older, newer, opening] = [served(), served(), served(false)];
  findCurrent([older, newer, opening], peer, NOW);
  expect([older.supersededAt, newer.supersededAt]).toEqual([NOW, undefined]);
  newer.connection = { role: "server", state: "closed" };
  findCurrent([older, newer, opening], peer, NOW + 100);
  expect(older.supersededAt).toBeUndefined();
});

it("a session stays given up since another one stood, however many come after", () => {
  const all = [served(), served()];
  findCurrent(all, peer, NOW);
  all.push(served());
  findCurrent(all, peer, NOW + 100);
  expect(all.map(({ supersededAt }) => supersededAt)).toEqual([NOW, NOW + 100, undefined]);
});
