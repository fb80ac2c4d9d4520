/** How much peers can make a node look for direct paths, at each bound. */
import { CarriedSessions } from "./carried-sessions.ts";
import { Cause } from "@flor/wire";
import { createIdentity } from "@flor/quic";
import { nodeKeyOf } from "@flor/link-state";
import { expect, test } from "vitest";
import { NodeLink } from "./node-link.ts";
import { Peer } from "./peer.ts";
import { recordingDoor } from "./recording-door.testing.ts";
import { Redial } from "./redial.ts";
import type { Sessions } from "./sessions.ts";
import { QUESTIONS_AT_ONCE, STRAIGHT_PEERS_MAX, StraightPaths, UNUSED_MS } from "./straight-paths.ts";
import { TransitQueue } from "./transit-queue.ts";

const REVIEW_MS = 1000;
const told = { token: new Uint8Array(8).fill(9), addresses: ["192.0.2.9:4600"] };

interface Stage {
  readonly straight: StraightPaths;
  readonly link: NodeLink;
  /** Makes a peer that is listed. */
  readonly add: (n: number) => Peer;
}

function stage(): Stage {
  const link = new NodeLink("wan", "udp", new TransitQueue());
  Object.assign(link, { canPunch: true, door: recordingDoor() });
  const peers = new Map<string, Peer>();
  const sessions: Pick<Sessions, "carried" | "peers"> = { peers, carried: new CarriedSessions(() => {}) };
  const straight = new StraightPaths({
    sessions: sessions as Sessions,
    links: () => new Map([[link.name, link]]),
    randomFill: (octets) => void octets.fill(7),
    retell: () => {},
    log: () => {},
  });
  const add = (n: number): Peer => {
    const { id, publicKey } = createIdentity(new Uint8Array(32).fill(n));
    const settings = { name: `p${n}`, id, publicKey, links: [], via: [] };
    const peer = new Peer(settings, nodeKeyOf(publicKey), new Redial(() => 0));
    peers.set(peer.key, peer);
    return peer;
  };
  return { straight, link, add };
}

test("sixty-four peers are looked for, and one more is told that it stays relayed until one is not used any more", () => {
  const { straight, link, add } = stage();
  const peers = Array.from({ length: STRAIGHT_PEERS_MAX + 1 }, (_, n) => add(n + 1));
  const answers = peers.map((peer) => straight.handleQuestion(peer, told, 0));
  expect(answers.slice(0, -1).every((answer) => "token" in answer)).toBe(true);
  expect(answers.at(-1)).toEqual({
    cause: Cause.OVERLOADED,
    text: "this node looks for direct paths to 64 peers already",
  });
  const dialled = add(STRAIGHT_PEERS_MAX + 2);
  dialled.settings = { ...dialled.settings, links: [{ link: "wan", address: "192.0.2.9:4600" }] };
  expect(straight.handleQuestion(dialled, told, 0)).toMatchObject({ cause: Cause.NOT_ALLOWED });
  expect([...straight.wanted(link)]).toHaveLength(STRAIGHT_PEERS_MAX);
  straight.handleTimeout(UNUSED_MS - 1);
  expect([...straight.wanted(link)]).toHaveLength(STRAIGHT_PEERS_MAX);
  straight.handleTimeout(UNUSED_MS + REVIEW_MS);
  expect([...straight.wanted(link)]).toEqual([]);
  expect(straight.handleQuestion(peers.at(-1)!, told, UNUSED_MS + REVIEW_MS)).toHaveProperty("token");
});

test("one peer asks ten times at once, and then once in two seconds", () => {
  const { straight, add } = stage();
  const peer = add(1);
  const ask = (now: number): boolean => "token" in straight.handleQuestion(peer, told, now);
  for (let count = 0; count < QUESTIONS_AT_ONCE; count += 1) expect(ask(0)).toBe(true);
  expect([ask(0), ask(1999), ask(2000), ask(2001)]).toEqual([false, false, true, false]);
});
