import type { QuicConnection } from "@flor/quic";
import { describe, expect, it } from "vitest";
import { Adjacency } from "./adjacency.ts";
import { ControlDials, DIALS_AGAIN_PER_SECOND, DIALS_PER_TURN } from "./control-dials.ts";
import { Neighbour } from "./neighbour.ts";
import { NodeLink, PORT_RETURNS_PER_SECOND } from "./node-link.ts";
import { REDIAL_ATTEMPT_MS } from "./redial.ts";
import { TransitQueue } from "./transit-queue.ts";

interface Attempt {
  readonly path: Adjacency;
  heardAt: number;
}

/** @param links the neighbours of each */
function dialsTo(...links: number[]): {
  dials: ControlDials;
  begun: Attempt[];
  abandoned: Attempt[];
  controlled: Set<Adjacency>;
} {
  const [begun, abandoned]: [Attempt[], Attempt[]] = [[], []];
  const controlled = new Set<Adjacency>();
  const dials = new ControlDials({
    random: () => 0,
    hasControl: (adjacency) => controlled.has(adjacency),
    connect: (_peer, path, now) => {
      const attempt = { path, heardAt: now };
      begun.push(attempt);
      return attempt as QuicConnection<Adjacency>;
    },
    abandon: (attempt) => void abandoned.push(attempt),
  });
  for (const [at, count] of links.entries()) {
    const link = new NodeLink(`wan${at}`, "udp", new TransitQueue());
    for (let number = 0; number < count; number += 1) {
      const adjacency = new Adjacency(link, `n${number}`, { high: at, low: number }, number + 1);
      adjacency.portUp = true;
      dials.add(adjacency, new Neighbour(adjacency.key, new Uint8Array(32), adjacency.key));
    }
  }
  return { dials, begun, abandoned, controlled };
}

it("begins few dials a turn, everybody's first before anybody's second, so that answers are taken in between", () => {
  const { dials, begun } = dialsTo(3 * DIALS_PER_TURN);
  // Each turn takes so long that all that were dialled before are due again.
  for (let turn = 1; turn <= 3; turn += 1) {
    dials.handleTimeout(turn * 1000);
    expect(begun).toHaveLength(turn * DIALS_PER_TURN);
    expect(dials.nextTimeout()).toBeLessThanOrEqual(turn * 1000 + 100);
  }
  expect(new Set(begun.map(({ path }) => path)).size).toBe(3 * DIALS_PER_TURN);
});

it("goes on with an attempt that is answered, however long it takes, instead of beginning others", () => {
  const { dials, begun, abandoned } = dialsTo(1);
  dials.handleTimeout(0);
  for (let now = 50; now < 3 * REDIAL_ATTEMPT_MS; now += 500) {
    begun[0]!.heardAt = now;
    dials.handleTimeout(now);
  }
  expect([begun.length, abandoned.length]).toEqual([1, 0]);
});

it("begins another soon when an attempt is answered no more, and gives it up later", () => {
  const { dials, begun, abandoned } = dialsTo(1);
  dials.handleTimeout(0);
  begun[0]!.heardAt = 50;
  const again = dials.nextTimeout();
  // It learns of the answer when it looks.
  dials.handleTimeout(again!);
  dials.handleTimeout(dials.nextTimeout()!);
  expect([begun.length, begun[1]!.heardAt, abandoned.length]).toEqual([2, 1050, 0]);
  while (abandoned.length === 0) dials.handleTimeout(dials.nextTimeout()!);
  expect(abandoned).toEqual([begun[0]]);
});

it("tries again in vain as before where nobody answers, and gives each attempt up", () => {
  const { dials, begun, abandoned } = dialsTo(1);
  for (let now = 0; now <= REDIAL_ATTEMPT_MS; now += 25) dials.handleTimeout(now);
  expect(begun.map(({ heardAt }) => heardAt).slice(0, 4)).toEqual([0, 75, 225, 525]);
  expect(abandoned).toEqual([begun[0]]);
});

it("spends no more than so many dials a second on neighbours that are all silent, and forgets none", () => {
  const { dials, begun } = dialsTo(200);
  for (let now = 0; now <= 30_000; now += 20) dials.handleTimeout(now);
  expect(begun.length).toBeLessThan(200 + 31 * DIALS_AGAIN_PER_SECOND);
  const late = begun.filter(({ heardAt }) => heardAt > 15_000);
  expect(new Set(late.map(({ path }) => path)).size).toBe(200);
});

it("dials nobody again while others come up, since answers may lie unread; and no longer than a second of that", () => {
  const { dials, begun } = dialsTo(40);
  dials.handleTimeout(0);
  dials.handleTimeout(1);
  dials.handleTimeout(2);
  expect(begun).toHaveLength(40);
  const again = (now: number): number => {
    dials.handleTimeout(now);
    return begun.length - 40;
  };
  for (let now = 50; now < 1000; now += 50) {
    dials.established(begun[now / 50]!.path, now);
    expect(again(now)).toBe(0);
  }
  dials.established(begun[0]!.path, 1100);
  expect(again(1100)).toBeGreaterThan(0);
});

it("dials nobody again before the first of many had the time to answer", () => {
  const { dials, begun } = dialsTo(200);
  for (let now = 0; begun.length < 200; now += 5) dials.handleTimeout(now);
  for (let now = 65; now < 800; now += 5) dials.handleTimeout(now);
  expect(begun).toHaveLength(200);
});

it("does not dial where the second of two attempts ends after the first succeeded", () => {
  const { dials, begun, controlled } = dialsTo(1);
  dials.handleTimeout(0);
  dials.handleTimeout(100);
  const [first, second] = begun as [Attempt, Attempt];
  controlled.add(first.path);
  dials.established(first.path, 150);
  // Introduced, and no hello was heard yet.
  first.path.peerToken = { high: 1, low: 1 };
  dials.closed(second as QuicConnection<Adjacency>, "other", 151);
  for (let now = 151; now < 1000; now += 10) dials.handleTimeout(now);
  expect(begun).toHaveLength(2);
});

describe("while many are silent", () => {
  /** Whom it dialled the longest time ago, of 200 that are silent: it waits for its turn. */
  const crowd = (): ReturnType<typeof dialsTo> & { now: number; waiting: Attempt[] } => {
    const silent = dialsTo(200);
    let now = 0;
    for (; now < 10_000; now += 20) silent.dials.handleTimeout(now);
    const last = new Map(silent.begun.map((attempt) => [attempt.path, attempt]));
    // Budget is left for none of them.
    silent.dials.handleTimeout(now);
    return { ...silent, now, waiting: [...last.values()].sort((a, b) => a.heardAt - b.heardAt) };
  };

  it("dials at once a neighbour that was there in between", () => {
    const { dials, begun, now, waiting } = crowd();
    const back = waiting[100]!;
    dials.established(back.path, now);
    dials.closed(back as QuicConnection<Adjacency>, "other", now);
    const before = begun.length;
    dials.handleTimeout(now);
    expect(begun.slice(before).map(({ path }) => path)).toEqual([back.path]);
  });

  it("dials those of another link as often as if they were alone", () => {
    const { dials, begun } = dialsTo(400, 1);
    for (let now = 0; now <= 30_000; now += 20) dials.handleTimeout(now);
    const late = begun.filter(({ heardAt }) => heardAt > 10_000);
    const ofCrowd = late.filter(({ path }) => path.link.name === "wan0");
    expect(new Set(ofCrowd.map(({ path }) => path)).size).toBe(400);
    // Alone it would be dialled once a second.
    expect(late.length - ofCrowd.length).toBeGreaterThan(15);
  });

  it("spends nothing on those whose port is down meanwhile", () => {
    const { dials, begun, now, waiting } = crowd();
    const [up] = waiting.slice(100);
    for (const { path } of waiting) path.portUp = path === up!.path;
    const before = begun.length;
    dials.handleTimeout(now + 50);
    expect(begun.slice(before).map(({ path }) => path)).toEqual([up!.path]);
  });
});

it("dials at once when frames can leave by the port again, whatever it dialled in vain before", () => {
  const { dials, begun } = dialsTo(1);
  for (let now = 0; now < 20_000; now += 25) dials.handleTimeout(now);
  const [{ path }] = begun as [Attempt];
  path.portUp = false;
  for (let now = 20_000; now < 60_000; now += 25) dials.handleTimeout(now);
  const before = begun.length;
  path.portUp = true;
  dials.handlePortUp(path, 60_000);
  dials.handleTimeout(60_000);
  expect(begun.length).toBe(before + 1);
});

it("dials one that refuses again and again less and less often, and soon where a connection stood", () => {
  const { dials, begun } = dialsTo(1);
  dials.handleTimeout(0);
  const closedAfter = (stoodMs: number, at: number): number => {
    const last = begun.at(-1)!;
    dials.established(last.path, at);
    dials.closed(last as QuicConnection<Adjacency>, "refused", at + stoodMs);
    const before = begun.length;
    let now = at + stoodMs;
    while (begun.length === before) {
      now += 25;
      dials.handleTimeout(now);
    }
    return now - at - stoodMs;
  };
  const waits = Array.from({ length: 8 }, (_, time) => closedAfter(10, time * 100_000));
  expect(waits[0]).toBeLessThan(300);
  expect(waits.at(-1)).toBeGreaterThan(20_000);
  // A day later it is overloaded once; its hellos were heard throughout.
  expect(closedAfter(86_400_000, 1_000_000)).toBeLessThan(300);
});

it("dials no more often for a link of which all ports carry again twenty times a second", () => {
  const { dials, begun } = dialsTo(500);
  for (let now = 0; now < 10_000; now += 20) dials.handleTimeout(now);
  const paths = new Set(begun.map(({ path }) => path));
  // What a return to all at once may cost is spent.
  for (let now = 10_000; now < 20_000; now += 50) {
    for (const path of paths) dials.handlePortUp(path, now);
    dials.handleTimeout(now);
  }
  const before = begun.length;
  for (let now = 20_000; now < 30_000; now += 50) {
    for (const path of paths) dials.handlePortUp(path, now);
    dials.handleTimeout(now);
  }
  expect(begun.length - before).toBeLessThanOrEqual(10 * (DIALS_AGAIN_PER_SECOND + PORT_RETURNS_PER_SECOND));
});
