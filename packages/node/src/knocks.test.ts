import { nodeKeyOf } from "@flor/link-state";
import { describe, expect, it } from "vitest";
import { Knocks } from "./knocks.ts";

const HOME = new Uint8Array(32).fill(1);
const ADDRESS = "198.51.100.1:36345";

function knocksOf(): { knocks: Knocks; log: unknown[] } {
  const log: unknown[] = [];
  const nameOf = (key: string): string | undefined => (key === nodeKeyOf(HOME) ? "home" : undefined);
  return { knocks: new Knocks({ nameOf, log: (...line) => void log.push(line) }), log };
}

describe("a knock", () => {
  it.each([
    ["unknown-sender", undefined, 0, `${ADDRESS} knocks with an unlisted key`],
    ["bad-mac", HOME, 7, `${ADDRESS} knocks as home with a bad MAC: it has another id for this node`],
    ["clock-skew", HOME, 604, "home knocks with a clock 604 s ahead, at most 300 s are tolerated: set the clocks"],
    ["clock-skew", HOME, -604, "home knocks with a clock 604 s behind"],
    ["before-start", HOME, -5, "home knocks with a clock 5 s behind, and this node has just started"],
  ] as const)("%s of %s with a clock %i s off is told in words", (reason, peer, skewSeconds, said) => {
    const { knocks, log } = knocksOf();
    knocks.note({ reason, peer, skewSeconds, path: undefined }, ADDRESS, 0);
    const problem = expect.stringContaining(said);
    expect(log).toEqual([["warn", "knock", expect.objectContaining({ from: ADDRESS, problem, count: 1 })]]);
    expect(knocks.status(500)).toMatchObject([{ from: ADDRESS, count: 1, agoMs: 500, problem }]);
    expect(knocks.problemOf("home", 500)).toEqual(peer === undefined ? undefined : problem);
  });

  it("that goes on is logged once in ten minutes, and forgotten a minute after its end", () => {
    const { knocks, log } = knocksOf();
    const refusal = { reason: "bad-mac", peer: HOME, skewSeconds: 0, path: undefined } as const;
    for (let second = 0; second <= 600; second += 1) knocks.note(refusal, ADDRESS, second * 1000);
    expect(log).toHaveLength(2);
    expect(knocks.problemOf("home", 700_000)).toBeUndefined();
    expect(knocks.status(700_000)).toEqual([]);
  });

  it("is remembered of 64 senders at most, and logged of fewer", () => {
    const { knocks, log } = knocksOf();
    const refusal = { reason: "unknown-sender", peer: undefined, skewSeconds: 0, path: undefined } as const;
    for (let index = 0; index < 1000; index += 1) knocks.note(refusal, `192.0.2.1:${index}`, 0);
    expect(knocks.status(0)).toHaveLength(64);
    expect(log).toHaveLength(20);
    expect(knocks.status(0)[0]?.from).toBe("192.0.2.1:999");
  });
});
