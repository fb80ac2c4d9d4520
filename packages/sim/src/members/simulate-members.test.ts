import { describe, expect, it } from "vitest";
import { simulateMembers } from "./simulate-members.ts";

/** Some hops of 1 to 21 ms, and a second for both halves to find each other. */
const KNOWN_MS = 5000;

describe("members of a simulated network", () => {
  it.each([
    [20, 1],
    [20, 2],
    [40, 3],
  ])("all know soon who joined and who is revoked, and believe no lies: %i nodes, seed %i", (nodes, seed) => {
    const outcomes = simulateMembers({ nodes, seed, degree: 4, hostile: 60 });
    const late = outcomes.filter(({ knownMs }) => knownMs > KNOWN_MS).map(({ what, knownMs }) => `${what}: ${knownMs}`);
    expect(late).toEqual([]);
    expect(outcomes.find(({ what }) => what.endsWith("lies"))?.refusals).toBeGreaterThan(0);
  });

  it("are the same for the same seed", () => {
    const options = { nodes: 8, seed: 5, degree: 3, hostile: 6 };
    expect(simulateMembers(options)).toEqual(simulateMembers(options));
  });
});
