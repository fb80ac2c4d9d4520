/** What a node says, and to whom, while many neighbours come up one after another. */
import type { AdvertisedAdjacency } from "@flor/wire";
import { expect, it } from "vitest";
import { advertisementOf, keyOf, nodeKey, ownOrigination, TestLayer } from "./layer.testing.ts";
import { NEWCOMERS_AT_ONCE, NEWCOMERS_REST_MS } from "./newcomers.ts";

const adjacencyTo = (n: number): AdvertisedAdjacency => ({
  neighbour: keyOf(n % 200),
  label: 16 + n,
  mtu: 1500,
  segmentMtu: 1500,
  cost: 1,
  up: true,
});

/** Advertisements in two seconds in which a node with `count` neighbours finds another every 50 ms. */
function saidWhile(count: number): number {
  const origination = ownOrigination();
  const all = Array.from({ length: count }, (_, n) => adjacencyTo(n));
  origination.set([...all]);
  let said = 0;
  for (let now = 0; now < 2000; now += 50) {
    all.push(adjacencyTo(count + now / 50));
    origination.set([...all]);
    if (origination.handleTimeout(now) !== undefined) said += 1;
  }
  return said;
}

it("says of new neighbours soon while it has few, and less often the more it has", () => {
  expect(saidWhile(2)).toBeGreaterThan(8);
  expect(saidWhile(200)).toBeLessThanOrEqual(3);
});

it("tells the layer to a few neighbours as they come up, and to the others when no more come", () => {
  const { state } = new TestLayer(1).node(0);
  state.handleTimeout(0);
  for (let n = 1; n <= 50; n += 1) state.open(nodeKey(n), n);
  expect(state.ready.size).toBe(NEWCOMERS_AT_ONCE);
  const summaryFor = (n: number): boolean => {
    for (let m = state.pollTransmit(nodeKey(n), 60); m !== undefined; m = state.pollTransmit(nodeKey(n), 60))
      if (m.summary) return true;
    return false;
  };
  expect(summaryFor(1)).toBe(true);
  state.handleTimeout(50 + NEWCOMERS_REST_MS - 1);
  expect(state.ready.has(nodeKey(50))).toBe(false);
  expect(state.nextTimeout()).toBe(50 + NEWCOMERS_REST_MS);
  state.handleTimeout(50 + NEWCOMERS_REST_MS);
  expect(state.ready.has(nodeKey(50))).toBe(true);
  expect(summaryFor(50)).toBe(true);
});

it("gives all of a crowd the same knowledge", () => {
  const layer = new TestLayer(60);
  for (let n = 1; n < 60; n += 1) {
    layer.join(0, n);
    layer.run(layer.now + 7);
  }
  layer.run(layer.now + 5000);
  expect(new Set(layer.nodes.map(({ state }) => state.database.size))).toEqual(new Set([60]));
  expect(layer.path(59, 1)).toEqual([0, 1]);
});

it("passes on nothing of a node that has no neighbour yet, and what it says with its first at once", () => {
  const { state } = new TestLayer(1).node(0);
  state.handleTimeout(0);
  for (const n of [1, 2]) {
    state.open(nodeKey(n), 0);
    while (state.pollTransmit(nodeKey(n), 0) !== undefined);
  }
  const say = (edges: { to: number }[], sequence: number): void => {
    const advertisements = [advertisementOf(1, edges, { sequence })];
    state.handleMessage(nodeKey(1), { advertisements: { advertisements } }, sequence);
    state.handleTimeout(sequence);
  };
  say([], 1);
  expect(state.database.get(nodeKey(1))).toBeDefined();
  expect([...state.ready]).toEqual([]);
  say([{ to: 0 }], 2);
  expect([...state.ready]).toEqual([nodeKey(2)]);
});
