/** Result tables of small areas, reviewed like code; larger ones by `npm run sim -- --areas 50`. */
import { describe, expect, it } from "vitest";
import { brokenAreaPromises } from "./area-promises.ts";
import { areasTable } from "./areas-table.ts";
import { simulateAreas } from "./simulate-areas.ts";

describe("networks that gateways join", () => {
  it("are what they were", () => {
    const report = simulateAreas({ areas: 5, nodes: 12, gateways: 2, degree: 3, seed: 7, samples: 10 });
    expect(areasTable(report).join("\n")).toMatchInlineSnapshot(`
      "WHAT                          CONVERGED  SIGNED  AREAS  WITHIN  BETWEEN  ELSEWHERE  PATHS  FOREIGN  MISSING
      start                           1269 ms     251      5    2891      571          0    5.7        0        0
      a host dies                      858 ms       3      1      62        0          0    2.1        0        0
      a host beside a gateway dies     876 ms       2      1      35       22          0    2.3        0        0
      a gateway dies                   909 ms       4      3      87       38          0    1.6        0        0
      an area parts                    964 ms      14      1     149       72          0    5.3        0        0
      it is whole again               1037 ms      14      1     317       72          0    7.2        0        0
      an area loses the others         937 ms      10      4     244       71          0    2.2        0        0
      it finds them again              744 ms      10      4     244      187          0    2.7        0        0

      OF A     COUNT  ENTRIES  OCTETS  EDGES
      host        50       12    3843     44
      gateway     10       20    7264     91"
    `);
    expect(brokenAreaPromises(report)).toEqual([]);
    const dead = report.outcomes.find(({ what }) => what === "a gateway dies");
    expect(dead?.hit).toBeGreaterThan(0);
  });

  it("keep their promises with one gateway more, too", () => {
    const sizes = { areas: 4, nodes: 15, gateways: 3, degree: 2.5 };
    expect(brokenAreaPromises(simulateAreas({ ...sizes, seed: 1, samples: 12 }))).toEqual([]);
  });

  it("are at least four, and have more hosts than gateways", () => {
    const sizes = { areas: 4, nodes: 12, gateways: 2, degree: 3, seed: 1, samples: 0 };
    expect(() => simulateAreas({ ...sizes, areas: 3 })).toThrow("at least 4 areas");
    expect(() => simulateAreas({ ...sizes, gateways: 7 })).toThrow("half as many");
  });
});
