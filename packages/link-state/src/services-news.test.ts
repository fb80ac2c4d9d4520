/** How soon others know what a node publishes, in virtual time: one millisecond a number, five a hop. */
import { describe, expect, it } from "vitest";
import { nodeKey, TestLayer } from "./layer.testing.ts";

const HOP_MS = 5;
const MINUTE_MS = 60_000;

/** Node 0 publishes its `change`-th set of records. */
function publish(layer: TestLayer, change: number, isUrgent: boolean): void {
  layer.node(0).state.setServices([Uint8Array.of(change >> 8, change & 0xff)], isUrgent);
}

/** The number of the last change of node 0 that a node knows; -1: of none. */
function known(layer: TestLayer, at: number): number {
  const [record] = layer.node(at).state.database.get(nodeKey(0))?.services ?? [];
  return record === undefined ? -1 : (record[0]! << 8) | record[1]!;
}

/** Announces `count` changes at this interval, and looks each millisecond; how long each, or a later one, took to arrive. */
function delays(
  layer: TestLayer,
  at: number,
  { count, apartMs, isUrgent }: { readonly count: number; readonly apartMs: number; readonly isUrgent: boolean },
): { readonly longestMs: number; readonly said: number } {
  const sequence = (): number => layer.node(0).state.database.get(nodeKey(0))?.sequence ?? 0;
  const before = sequence();
  const start = layer.now;
  let longestMs = 0;
  let seen = -1;
  for (let ms = 0; seen < count - 1; ms += 1) {
    if (ms % apartMs === 0 && ms / apartMs < count) publish(layer, ms / apartMs, isUrgent);
    layer.run(start + ms + 1);
    for (const now = known(layer, at); seen < now; seen += 1)
      longestMs = Math.max(longestMs, layer.now - start - (seen + 1) * apartMs);
    if (ms > 2 * MINUTE_MS) throw new Error(`change ${seen + 1} is not known after two minutes`);
  }
  return { longestMs, said: sequence() - before };
}

function line(size: number): TestLayer {
  const layer = new TestLayer(size);
  for (let n = 1; n < size; n += 1) layer.join(n - 1, n);
  layer.run(30_000);
  return layer;
}

describe("what a node publishes, four hops away", () => {
  const way = 4 * HOP_MS + 1;

  it.each([
    ["one change", 1, 1, false, 0],
    ["six services drained one after another", 6, 30, true, 200],
    ["one change a second for a minute", 60, 1000, false, 0],
    ["ten changes a second for half a minute", 300, 100, false, 500],
    ["ten pieces of bad news a second for half a minute", 300, 100, true, 200],
  ])("%s: known within a second", (_, count, apartMs, isUrgent, pause) => {
    const { longestMs } = delays(line(5), 4, { count, apartMs, isUrgent });
    expect(longestMs).toBeLessThanOrEqual(pause + way);
  });

  it("is said no more than twice a second of a service that changes ten times a second", () => {
    const { said } = delays(line(5), 4, { count: 300, apartMs: 100, isUrgent: false });
    expect(said).toBeLessThanOrEqual(2 * 30 + 3);
  });

  it("waits for no adjacency that flaps meanwhile", () => {
    const layer = line(5);
    layer.join(0, 2);
    for (let flap = 0; flap < 5; flap += 1) {
      layer.cut(0, 2);
      layer.run(layer.now + 500);
      layer.join(0, 2);
      layer.run(layer.now + 500);
    }
    const { longestMs } = delays(layer, 4, { count: 1, apartMs: 1, isUrgent: false });
    expect(longestMs).toBeLessThanOrEqual(50 + way);
  });
});

it("is known within a second to each of fifty neighbours of one node, of whom thirty-two are flooded", () => {
  const layer = new TestLayer(51);
  for (let n = 0; n < 51; n += 1) if (n !== 1) layer.join(1, n);
  layer.run(30_000);
  for (let change = 0; change < 5; change += 1) {
    publish(layer, change, false);
    layer.run(layer.now + 1000);
    expect(layer.nodes.map(({ n }) => known(layer, n))).toEqual(layer.nodes.map(() => change));
  }
});

it("of what a node publishes others are told apart from the rest, once a change", () => {
  const layer = line(3);
  const news = (): number =>
    layer
      .node(2)
      .events.splice(0)
      .filter(({ type }) => type === "services").length;
  news();
  publish(layer, 1, false);
  layer.run(layer.now + 20_000);
  expect(news()).toBe(1);
  layer.join(0, 2);
  layer.run(layer.now + 20_000);
  expect(news()).toBe(0);
  layer.node(0).state.withdraw(layer.now);
  layer.run(layer.now + 1000);
  expect(news()).toBe(1);
});
