import fc from "fast-check";
import { expect, test } from "vitest";
import type { Line } from "./bottleneck.testing.ts";
import { type PathPlan, PathSimulation } from "./path-simulation.testing.ts";

const DATAGRAM_OCTETS = 1200;
const HUNTED = process.env["FLOR_PATH_RUNS"];
/** The same paths each time, so that what fails is of the change at hand; `FLOR_PATH_RUNS=5000` hunts among others. */
const PATHS = HUNTED === undefined ? { numRuns: 60, seed: 20_261 } : { numRuns: Number(HUNTED) };
/** RFC 9002 would have two; four keep a path in use with delayed acknowledgements. */
const LEAST_WINDOW = 4 * DATAGRAM_OCTETS;

const share = (max: number): fc.Arbitrary<number> => fc.double({ min: 0, max, noNaN: true });
const line: fc.Arbitrary<Line> = fc.record({
  mbitPerSecond: fc.double({ min: 0.5, max: 200, noNaN: true }),
  delayMs: fc.double({ min: 0.05, max: 150, noNaN: true }),
  bufferOctets: fc.integer({ min: 12_000, max: 2_000_000 }),
  loss: share(0.1),
  reordering: share(0.1),
  duplication: share(0.1),
  markAboveMs: fc.double({ min: 1, max: 1000, noNaN: true }),
});
const load = fc.record({ runningMs: fc.integer({ min: 1, max: 20 }), pausedMs: fc.integer({ min: 0, max: 30 }) });
const plan: fc.Arbitrary<PathPlan> = fc.record(
  {
    forward: line,
    backward: line,
    flows: fc.constantFrom("bbr" as const, "cubic" as const, "newreno" as const).map((controller) => [{ controller }]),
    durationMs: fc.constant(8000),
    load,
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    outageMs: fc.constant([3000, 4000] as const),
  },
  { requiredKeys: ["forward", "flows", "durationMs", "seed"] },
);

test("over any path a flow goes on to the end, within a window that is a number", () => {
  fc.assert(
    fc.property(plan, (chosen) => {
      const simulation = new PathSimulation(chosen);
      let atHalf = 0;
      let isSane = true;
      simulation.run(() => {
        const controller = simulation.controller(0);
        const { windowOctets, pacingRate, sendQuantum } = controller;
        isSane &&= windowOctets >= LEAST_WINDOW && pacingRate > 0;
        isSane &&= Number.isFinite(windowOctets + sendQuantum + controller.lateCreditMs);
        if (simulation.now <= 5000) atHalf = simulation.delivered(0);
      });
      expect(isSane).toBe(true);
      expect(simulation.delivered(0)).toBeGreaterThan(atHalf);
    }),
    PATHS,
  );
});

test("a seed repeats an experiment to the octet", () => {
  fc.assert(
    fc.property(plan, (chosen) => {
      const short = { ...chosen, durationMs: 1000 };
      const [first, second] = [short, short].map((one) => {
        const simulation = new PathSimulation(one);
        simulation.run();
        return [simulation.delivered(0), simulation.controller(0).windowOctets];
      });
      expect(first).toEqual(second);
    }),
    { ...PATHS, numRuns: 20 },
  );
});
