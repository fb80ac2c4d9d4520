/** Result tables of small layers, reviewed like code; larger ones by `npm run sim`. */
import { describe, expect, it } from "vitest";
import { brokenPromises } from "./promises.ts";
import { tableOf } from "./report.ts";
import { simulate } from "./scenario.ts";

const usual = { degree: 3, fail: 0.1, hostile: 40, samples: 8 };

describe("a simulated layer", () => {
  it("of twenty nodes is what it was", () => {
    const report = simulate({ ...usual, nodes: 20, seed: 7 });
    expect(tableOf(report.outcomes).join("\n")).toMatchInlineSnapshot(`
      "WHAT               CONVERGED  MESSAGES  OCTETS  CHECKS  REFUSED  WRONG  HIT          GAP  BEYOND
      start                1140 ms      58.3   21137    44.0      0.0      0    0      0, 0 ms    0 ms
      cut 3 cables          910 ms      11.0    3308     5.7      0.0      0    5  790, 870 ms    0 ms
      lay them again       1042 ms      12.3    3751     5.7      0.0      0    0      0, 0 ms    0 ms
      flap one for 20 s   21410 ms      33.0   10237    15.2      0.0      0    0      0, 0 ms    0 ms
      part in two           977 ms      15.8    4870     9.9      0.0      0   17  850, 880 ms   50 ms
      join again            998 ms      38.0   13972    27.4      0.0      0   34  190, 230 ms    0 ms
      40 lies              8329 ms       7.8    8286    21.9      1.0      0    0      0, 0 ms    0 ms
      kill a node           840 ms       3.9    1095     1.8      0.0      0    0      0, 0 ms    0 ms"
    `);
  });

  it.each([
    [12, 1],
    [12, 2],
    [100, 3],
  ])("finds every way again, whatever is done to it: %i nodes, seed %i", (nodes, seed) => {
    const { outcomes } = simulate({ ...usual, nodes, seed });
    expect(brokenPromises(outcomes, nodes)).toEqual([]);
    const killed = outcomes.at(-1);
    expect(killed?.what).toBe("kill a node");
    // Three hellos, and nothing for the repair.
    expect(killed?.mostGapMs).toBeLessThanOrEqual(1000);
  });

  it("has two nodes at least", () => {
    expect(() => simulate({ ...usual, nodes: 1, seed: 1 })).toThrow(RangeError("a layer of 2 nodes at least"));
  });

  it("is crossed only where nodes carry for others: who has another way loses no frame when a third of them stop to", () => {
    const { outcomes } = simulate({ ...usual, nodes: 40, seed: 1, degree: 4, refuse: 0.3, samples: 10 });
    const refusal = outcomes.find(({ what }) => what === "refuse transit at 12");
    expect([refusal?.hit, ...outcomes.map(({ wrongPaths }) => wrongPaths)]).toEqual(Array<number>(10).fill(0));
    expect(brokenPromises(outcomes, 40)).toEqual([]);
  });

  it("is the same for the same seed, and another for another", () => {
    const tableFor = (seed: number): string => tableOf(simulate({ ...usual, nodes: 6, seed }).outcomes).join("\n");
    expect(tableFor(1)).toBe(tableFor(1));
    expect(tableFor(1)).not.toBe(tableFor(2));
  });
});
