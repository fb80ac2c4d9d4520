/** Transfers through a path that loses, reorders, repeats, damages and delays: late, perhaps, but never wrong. */
import { expectNoLeak, type Holdings, holdingsOf, ImpairmentBox, type Impairments } from "@flor/testkit";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { transferBothWays } from "./transfer/transfer.ts";
import { TwoNamespaces } from "./two-namespaces.ts";

/** QUIC's idle timeout may have to pass before a stream of a lost connection is given up. */
const SETTLE_MS = 90_000;
const MEGABYTE = 1_000_000;

/** What the path does, and how much is sent each way: little where little gets through in a minute. */
const paths: readonly (readonly [title: string, impairments: Impairments, octets: number])[] = [
  ["loses 1 %, over 40 ms round trip", { loss: 0.01, delayMs: 20 }, 10 * MEGABYTE],
  ["loses 5 %", { loss: 0.05, delayMs: 5 }, 5 * MEGABYTE],
  ["loses 20 %", { loss: 0.2, delayMs: 5 }, 2 * MEGABYTE],
  ["reorders a quarter", { reorder: 0.25, delayMs: 10 }, 5 * MEGABYTE],
  ["delays each packet otherwise", { delayMs: 5, jitterMs: 10 }, 10 * MEGABYTE],
  ["repeats a tenth", { duplicate: 0.1 }, 10 * MEGABYTE],
  ["damages 2 %", { corrupt: 0.02 }, 10 * MEGABYTE],
  ["takes 200 ms each way", { delayMs: 200 }, 3 * MEGABYTE],
  ["is narrow, with a short queue", { rateBitsPerSecond: 20_000_000, queueMs: 50, delayMs: 10 }, 10 * MEGABYTE],
  [
    "does all of it at once",
    { loss: 0.02, reorder: 0.05, duplicate: 0.02, corrupt: 0.005, delayMs: 10, jitterMs: 5 },
    5 * MEGABYTE,
  ],
];

let network: TwoNamespaces;
let box: ImpairmentBox;
let held: readonly [Holdings, Holdings];

beforeAll(async () => {
  network = await TwoNamespaces.open({
    connect: async (left, right) => (box = await ImpairmentBox.between(left, right)),
  });
});

afterAll(async () => {
  await network[Symbol.asyncDispose]();
});

beforeEach(() => {
  held = [holdingsOf(network.near.process.pid), holdingsOf(network.far.process.pid)];
});

afterEach(async () => {
  await box.change({});
  await expectNoLeak(network.near.process.pid, held[0], SETTLE_MS);
  await expectNoLeak(network.far.process.pid, held[1], SETTLE_MS);
});

describe("a transfer each way, over a path that", () => {
  test.each(paths)("%s, arrives whole", async (_title, impairments, octets) => {
    await box.change(impairments);
    const outcomes = await transferBothWays(network.ends, octets);
    expect(outcomes.map(({ isWhole, problem }) => problem ?? isWhole)).toEqual([true, true]);
  });

  test("is cut for 10 s, arrives whole", async () => {
    await box.change({ rateBitsPerSecond: 10_000_000 });
    const outcomes = transferBothWays(network.ends, 5 * MEGABYTE);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    await box.change({ loss: 1 });
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    await box.change({});
    expect((await outcomes).map(({ isWhole, problem }) => problem ?? isWhole)).toEqual([true, true]);
  });
});
