import { Cause, encodeOpen } from "@flor/wire";
import { afterEach, describe, expect, it } from "vitest";
import type { CarriedSession } from "./carried-session.ts";
import { clientOf, connect, type Dialler, type MemoryNode, peerOf, startNode } from "./memory-network.testing.ts";
import { steadyNow } from "./steady-clock.testing.ts";
import { coreStatusOf } from "./node-status.ts";

const OVERLOADED = [Cause.OVERLOADED];
const running: MemoryNode[] = [];

afterEach(() => {
  for (const node of running.splice(0)) node.stop();
});

/** Targets that never answer: each flow stays. */
const silence: Dialler = () => {};

async function started(node: Promise<MemoryNode>): Promise<MemoryNode> {
  const one = await node;
  running.push(one);
  return one;
}

/** An egress, and two nodes with clients for it. */
async function egressOfTwo(): Promise<{ home: MemoryNode; laptop: MemoryNode; tablet: MemoryNode }> {
  const peers = [peerOf("laptop", { link: "wan" }), peerOf("tablet", { link: "lan" })];
  const home = await started(startNode("home", peers, { links: ["wan", "lan"], dial: silence }));
  const ingress = (name: string): Promise<MemoryNode> =>
    started(startNode(name, [peerOf("home", { link: "wan", address: "home" })], { links: ["wan"], routeTo: "home" }));
  const [laptop, tablet] = [await ingress("laptop"), await ingress("tablet")];
  connect(laptop, "wan", home, "wan");
  connect(tablet, "wan", home, "lan");
  return { home, laptop, tablet };
}

const failed = ({ node }: MemoryNode): object => coreStatusOf(node, steadyNow()).flows.failed;
const openFlows = ({ node }: MemoryNode): number => coreStatusOf(node, steadyNow()).flows.open;

/** What each turn of the node from now on adds to a figure. */
function gainPerTurn({ node }: MemoryNode, figure: () => number): number[] {
  const gains: number[] = [];
  const turn = node.turn.bind(node);
  node.turn = (now) => {
    const before = figure();
    const isLeft = turn(now);
    gains.push(figure() - before);
    return isLeft;
  };
  return gains;
}

/** Streams with a preface, all at once. */
function openStreams(session: CarriedSession | undefined, count: number): void {
  const preface = encodeOpen({ version: 2, command: 1, domain: "web.example", port: 80 });
  for (let n = 0; n < count; n += 1) {
    const stream = session?.connection.openStream() ?? -1;
    session?.connection.send(stream, preface, false);
  }
}

const opened = ({ node }: MemoryNode): number => node.egress.accepted;

describe("the bound on a peer's flows", () => {
  it("holds over all its sessions, and its client is told", async () => {
    const { home, laptop, tablet } = await egressOfTwo();
    home.node.egress.bounds = { all: 100, ofPeer: 2 };
    clientOf(laptop);
    await expect.poll(() => opened(home)).toBe(1);
    const peer = laptop.node.sessions.named("home");
    const first = peer?.session;
    if (peer !== undefined) peer.session = undefined;
    clientOf(laptop);
    await expect.poll(() => opened(home)).toBe(2);
    expect(peer?.session).not.toBe(first);
    const refused = clientOf(laptop);
    await expect.poll(() => refused.received).toEqual(OVERLOADED);
    expect([failed(laptop), failed(home)]).toEqual([{ overloaded: 1 }, { "egress-overloaded": 1 }]);
    clientOf(tablet);
    await expect.poll(() => opened(home)).toBe(3);
  });

  it("is free again when a flow ends", async () => {
    const { home, laptop } = await egressOfTwo();
    home.node.egress.bounds = { all: 100, ofPeer: 1 };
    const first = clientOf(laptop);
    await expect.poll(() => opened(home)).toBe(1);
    first.listener?.handleReset("ECONNRESET");
    await expect.poll(() => coreStatusOf(home.node, steadyNow()).flows.open).toBe(0);
    clientOf(laptop);
    await expect.poll(() => opened(home)).toBe(2);
  });
});

describe("a burst of streams", () => {
  it("is taken in turn, so that others have theirs", async () => {
    const { home, laptop } = await egressOfTwo();
    const session = (): CarriedSession | undefined => laptop.node.sessions.named("home")?.session;
    await expect.poll(() => session()).toBeDefined();
    const ofTurns = gainPerTurn(home, () => opened(home));
    openStreams(session(), 1000);
    laptop.node.sessions.carried.touch(session()!);
    await expect.poll(() => opened(home)).toBe(1000);
    expect(Math.max(...ofTurns)).toBe(128);
  });

  it("ends in turn too, when their session is over", async () => {
    const { home, laptop } = await egressOfTwo();
    const session = (): CarriedSession | undefined => laptop.node.sessions.named("home")?.session;
    await expect.poll(() => session()).toBeDefined();
    openStreams(session(), 1000);
    laptop.node.sessions.carried.touch(session()!);
    await expect.poll(() => opened(home)).toBe(1000);
    const ended = gainPerTurn(home, () => -openFlows(home));
    session()?.connection.close(7, "");
    laptop.node.sessions.carried.touch(session()!);
    await expect.poll(() => openFlows(home)).toBe(0);
    expect(Math.max(...ended)).toBe(128);
    // On a slow machine an attempt to open the next one may have just been given up.
    const closed = (): unknown[] =>
      [...home.node.sessions.carried].filter(({ connection }) => connection.state === "closed");
    await expect.poll(closed).toEqual([]);
  });
});

describe("the bound on all flows", () => {
  it("holds over all peers", async () => {
    const { home, laptop, tablet } = await egressOfTwo();
    home.node.egress.bounds = { all: 2, ofPeer: 2 };
    clientOf(laptop);
    clientOf(laptop);
    await expect.poll(() => opened(home)).toBe(2);
    const refused = clientOf(tablet);
    await expect.poll(() => refused.received).toEqual(OVERLOADED);
    expect(failed(home)).toEqual({ "egress-overloaded": 1 });
    expect(home.log).toContainEqual([
      "connect-failed",
      { peer: "tablet", text: "too many flows of all peers", cause: "overloaded" },
    ]);
  });
});
