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
      "WHAT               CONVERGED  MESSAGES  OCTETS  CHECKS  REFUSED  WRONG  HIT           GAP  BEYOND
      start                1796 ms      61.0   21493    42.9      0.0      0    0       0, 0 ms    0 ms
      cut 3 cables          918 ms      10.9    3096     5.7      0.0      0   10   760, 760 ms    0 ms
      lay them again       5939 ms      12.2    3485     5.7      0.0      0    0       0, 0 ms    0 ms
      flap one for 20 s   23907 ms      49.0   16338    22.8      0.0      0   11   770, 880 ms    0 ms
      part in two           976 ms      15.3    4776     9.9      0.0      0   15  880, 1080 ms  200 ms
      join again           1005 ms      37.6   13687    27.4      0.0      0   33     20, 60 ms    0 ms
      40 lies              7995 ms       7.7    7801    23.9      3.0      0    0       0, 0 ms    0 ms
      kill a node           919 ms       8.4    2558     4.5      0.0      0   17   630, 840 ms    0 ms"
    `);
  });

  it.each([
    [12, 1],
    [12, 2],
    [100, 3],
  ])("finds every way again, whatever is done to it: %i nodes, seed %i", (nodes, seed) => {
    const { outcomes } = simulate({ ...usual, nodes, seed });
    expect(brokenPromises(outcomes)).toEqual([]);
    const killed = outcomes.at(-1);
    expect(killed?.what).toBe("kill a node");
    // Three hellos, and nothing for the repair.
    expect(killed?.mostGapMs).toBeLessThanOrEqual(1000);
  });

  it("is the same for the same seed, and another for another", () => {
    const tableFor = (seed: number): string => tableOf(simulate({ ...usual, nodes: 6, seed }).outcomes).join("\n");
    expect(tableFor(1)).toBe(tableFor(1));
    expect(tableFor(1)).not.toBe(tableFor(2));
  });
});
