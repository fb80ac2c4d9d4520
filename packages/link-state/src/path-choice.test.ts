import { describe, expect, it } from "vitest";
import { PathChoice } from "./path-choice.ts";
import type { Path } from "./paths.ts";

const path = (cost: number, ...hops: string[]): Path => ({
  firstHop: hops[0] ?? "",
  stack: hops.map((_, index) => 16 + index),
  payloadMtu: 1400,
  unsegmentedPayloadMtu: 1400,
  hops,
  cost,
});

describe("the choice of a path", () => {
  it("keeps the one in use while another is only a little cheaper", () => {
    const choice = new PathChoice("s");
    const [a, b] = [path(100, "a", "z"), path(90, "b", "z")];
    choice.choose([a], undefined, true, 0);
    for (let now = 0; now < 100_000; now += 1000) expect(choice.choose([b, a], a, true, now)).toBe(a);
    expect(choice.reason).toBe("kept");
  });

  it("moves to a much cheaper one when that has lasted ten seconds", () => {
    const choice = new PathChoice("s");
    const [a, b] = [path(100, "a", "z"), path(50, "b", "z")];
    choice.choose([a], undefined, true, 0);
    expect(choice.choose([b, a], a, true, 0)).toBe(a);
    expect(choice.nextTimeout(0)).toBe(10_000);
    expect(choice.choose([b, a], a, true, 9999)).toBe(a);
    expect(choice.choose([b, a], a, true, 10_000)).toBe(b);
    expect(choice.nextTimeout(10_000)).toBeUndefined();
  });

  it("moves at once when nothing depends on the one in use, or when it is gone", () => {
    const choice = new PathChoice("s");
    const [a, b] = [path(100, "a", "z"), path(90, "b", "z")];
    choice.choose([a], undefined, true, 0);
    expect(choice.choose([b, a], a, false, 0)).toBe(b);
    expect(choice.choose([a], undefined, true, 0)).toBe(a);
  });

  it("spreads sessions over equally cheap paths, each always on the same", () => {
    const equal = ["a", "b", "c", "d"].map((hop) => path(10, hop, "z"));
    const chosen = Array.from({ length: 200 }, (_, n) => new PathChoice(`s${n}`).choose(equal, undefined, false, 0));
    for (const one of equal) {
      const share = chosen.filter((other) => other === one).length;
      expect(share).toBeGreaterThan(25);
      expect(share).toBeLessThan(80);
    }
    expect(new PathChoice("s7").choose(equal.toReversed(), undefined, false, 0)).toBe(chosen[7]);
  });

  it("leaves one that answers hellos and carries nothing, for longer each time", () => {
    const choice = new PathChoice("s");
    const [a, b] = [path(10, "a", "z"), path(30, "b", "z")];
    choice.choose([a, b], undefined, true, 0);
    choice.handleDead(a, 0);
    expect(choice.choose([a, b], a, true, 0)).toBe(b);
    expect(choice.avoided(1)).toEqual([a]);
    expect([choice.nextTimeout(1), choice.nextTimeout(30_000)]).toEqual([30_000, undefined]);
    expect(choice.choose([a, b], b, false, 29_999)).toBe(b);
    expect(choice.choose([a, b], b, false, 30_000)).toBe(a);
    choice.handleDead(a, 30_000);
    expect(choice.choose([a, b], b, false, 89_999)).toBe(b);
    expect(choice.choose([a, b], b, false, 90_000)).toBe(a);
    // Better there than nowhere.
    choice.handleDead(a, 90_000);
    expect(choice.choose([a], a, true, 90_001)).toBe(a);
  });
});
