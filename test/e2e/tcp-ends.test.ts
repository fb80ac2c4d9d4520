/** How TCP connections end through two nodes, compared with how they end without: the same octets, and the same end. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FlorPair } from "./flor-pair.ts";
import { direct, downward, ENDINGS, through, upward } from "./tcp-ends-table.ts";

let pair: FlorPair;
beforeAll(async () => {
  pair = await FlorPair.start();
});
afterAll(async () => {
  await pair[Symbol.asyncDispose]();
});

test.each(ENDINGS)("$name, of a target, is the same for the client", async (ending) => {
  const wanted = await downward(ending, direct, ending.seen);
  expect(await downward(ending, through(pair.socksPort), ending.seen)).toEqual(wanted);
  expect(wanted).toEqual({ octets: ending.octets, end: ending.seen });
});

describe.each([false, true])("to a target that is slow: %s", (isSlow) => {
  test.each(ENDINGS)("$name, of a client, is the same", async (ending) => {
    const wanted = await upward(ending, direct, isSlow, ending.seen);
    expect(await upward(ending, through(pair.socksPort), isSlow, ending.seen)).toEqual(wanted);
    expect(wanted).toEqual({ octets: ending.octets, end: ending.seen });
  });
});
