import { describe, expect, it } from "vitest";
import { AdjacencyCost, COST_DEFAULT } from "./adjacency-cost.ts";

/** Round trips each second from `from` to `to`; returns how often the told cost changed. */
function roundTrips(cost: AdjacencyCost, from: number, to: number, rttMs: (now: number) => number): number {
  let changes = 0;
  for (let now = from; now < to; now += 1000) {
    cost.handleRoundTrip(rttMs(now), now);
    if (cost.review(now)) changes += 1;
  }
  return changes;
}

describe("the cost of an adjacency", () => {
  it("is half the least round trip in tenths of a millisecond, and the default before it is known", () => {
    const cost = new AdjacencyCost(1);
    expect(cost.cost).toBe(COST_DEFAULT);
    expect(roundTrips(cost, 0, 60_000, () => 40)).toBe(1);
    expect(cost.cost).toBeGreaterThan(190);
    expect(cost.cost).toBeLessThan(240);
  });

  it("is moved by no queue of our own: some hello always finds it empty", () => {
    const cost = new AdjacencyCost(1);
    roundTrips(cost, 0, 60_000, () => 10);
    const before = cost.cost;
    expect(roundTrips(cost, 60_000, 180_000, (now) => (now % 9000 === 0 ? 10 : 400))).toBe(0);
    expect(cost.cost).toBe(before);
  });

  it("follows a path that became longer within 75 s", () => {
    const cost = new AdjacencyCost(1);
    roundTrips(cost, 0, 60_000, () => 10);
    const before = cost.cost;
    roundTrips(cost, 60_000, 135_000, () => 60);
    expect(cost.cost).toBeGreaterThan(4 * before);
  });

  it("does not flap between near-equal round trips", () => {
    const cost = new AdjacencyCost(1);
    roundTrips(cost, 0, 60_000, () => 20);
    expect(roundTrips(cost, 60_000, 600_000, (now) => 20 + 2 * Math.sin(now / 90_000))).toBe(0);
  });

  it("rises at once with much loss, and not with one hello in two hundred", () => {
    const cost = new AdjacencyCost(1);
    roundTrips(cost, 0, 60_000, () => 20);
    const before = cost.cost;
    cost.reportedLoss = 0.005;
    expect(roundTrips(cost, 60_000, 120_000, () => 20)).toBe(0);
    cost.reportedLoss = 0.3;
    expect(roundTrips(cost, 120_000, 121_000, () => 20)).toBe(1);
    expect(cost.cost).toBeGreaterThan(1.8 * before);
  });
});
