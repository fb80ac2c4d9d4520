/** A neighbour that speaks version 1 of the control messages, as nodes before networks did: two hops, no summaries. */
import type { ControlMessage } from "@flor/wire";
import { expect, it } from "vitest";
import { parseEntry } from "./entry.ts";
import { advertisementOf, nodeKey, TestLayer } from "./layer.testing.ts";
import { NEWCOMERS_AT_ONCE, NEWCOMERS_REST_MS } from "./newcomers.ts";

/** Far from the other nodes, and unknown to them. */
const FORMER = 900;

/** All that node `n` of the layer sends to its neighbour of version 1 from now on. */
function becomeNeighbours(layer: TestLayer, n: number): readonly ControlMessage[] {
  const { state } = layer.node(n);
  const sent: ControlMessage[] = [];
  const poll = state.pollTransmit.bind(state);
  state.pollTransmit = (key, now) => {
    const message = poll(key, now);
    if (key === nodeKey(FORMER) && message !== undefined) sent.push(message);
    return message;
  };
  state.open(nodeKey(FORMER), layer.now);
  state.takeFormerVersion(nodeKey(FORMER));
  return sent;
}

const originsOf = (messages: readonly ControlMessage[]): readonly string[] =>
  messages
    .flatMap(({ advertisements }) => advertisements?.advertisements ?? [])
    .map((signed) => parseEntry(signed)?.origin ?? "malformed")
    .toSorted();

const lineOf = (size: number): TestLayer => {
  const layer = new TestLayer(size);
  for (let n = 1; n < size; n += 1) layer.join(n - 1, n);
  layer.run(10_000);
  return layer;
};

it("tells a neighbour of version 1 of itself and of its neighbours, and of nobody behind them", () => {
  const layer = lineOf(4);
  const sent = becomeNeighbours(layer, 1);
  layer.run(layer.now + 100);
  expect(originsOf(sent)).toEqual([0, 1, 2].map(nodeKey).toSorted());
});

it("sends it what changes of them, and neither summaries nor requests, ever", () => {
  const layer = lineOf(4);
  const sent = becomeNeighbours(layer, 1);
  layer.run(layer.now + 1000);
  const before = sent.length;
  layer.cut(2, 3);
  layer.run(layer.now + 400_000);
  expect(originsOf(sent.slice(before))).toContain(nodeKey(2));
  expect(originsOf(sent)).not.toContain(nodeKey(3));
  expect(sent.every(({ advertisements }) => advertisements)).toBe(true);
});

it("passes on what such a node says, which has neither a lifetime nor a time", () => {
  const layer = lineOf(3);
  becomeNeighbours(layer, 0);
  const { state } = layer.node(0);
  const signed = advertisementOf(FORMER, [{ to: 0 }], { issued: 0, lifetime: 0 });
  state.handleMessage(nodeKey(FORMER), { advertisements: { advertisements: [signed] } }, layer.now);
  layer.run(layer.now + 2000);
  for (const { state: one } of layer.nodes) expect(one.database.get(nodeKey(FORMER))?.isFormerVersion).toBe(true);
});

it("owes nothing that cannot be said to neighbours that say their version late", () => {
  const { state } = new TestLayer(1).node(0);
  state.handleTimeout(0);
  const keys = Array.from({ length: 60 }, (_, n) => nodeKey(n + 1));
  const serve = (now: number): void => {
    state.handleTimeout(now);
    for (const key of state.ready) while (state.pollTransmit(key, now) !== undefined);
  };
  for (const key of keys) state.open(key, 0);
  serve(NEWCOMERS_REST_MS);
  const advertisements = [advertisementOf(1, [{ to: 0 }])];
  // Not all of so many are flooded: the others are to be told a name now.
  state.handleMessage(nodeKey(1), { advertisements: { advertisements } }, 200);
  state.handleTimeout(200);
  for (const key of keys) state.takeFormerVersion(key);
  serve(200);
  expect(state.ready.size).toBe(0);
  expect(state.nextTimeout()).toBeGreaterThan(200);
});

it("tells one in a crowd what its neighbours say while it waits", () => {
  const { state } = new TestLayer(1).node(0);
  state.handleTimeout(0);
  for (let n = 1; n <= NEWCOMERS_AT_ONCE; n += 1) state.open(nodeKey(n), 0);
  state.open(nodeKey(FORMER), 0);
  state.takeFormerVersion(nodeKey(FORMER));
  const advertisements = [advertisementOf(1, [{ to: 0 }])];
  state.handleMessage(nodeKey(1), { advertisements: { advertisements } }, 10);
  state.handleTimeout(10);
  expect(state.ready.has(nodeKey(FORMER))).toBe(false);
  state.handleTimeout(NEWCOMERS_REST_MS);
  const message = state.pollTransmit(nodeKey(FORMER), NEWCOMERS_REST_MS);
  expect(originsOf(message === undefined ? [] : [message])).toContain(nodeKey(1));
});

it("says nothing again to one that introduces itself again", () => {
  const layer = lineOf(3);
  const sent = becomeNeighbours(layer, 1);
  layer.run(layer.now + 1000);
  const before = sent.length;
  for (let time = 0; time < 10; time += 1) layer.node(1).state.takeFormerVersion(nodeKey(FORMER));
  layer.run(layer.now + 1000);
  expect(sent.length).toBe(before);
});
