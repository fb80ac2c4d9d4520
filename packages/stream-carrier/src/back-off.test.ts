import { expect, it } from "vitest";
import { BackOff } from "./back-off.ts";

it("waits 100 ms, twice as long each time, 30 s at most, and begins anew after success", () => {
  const backOff = new BackOff(() => 0.5);
  const delays = Array.from({ length: 11 }, () => backOff.next());
  expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000]);
  backOff.reset();
  expect(backOff.next()).toBe(100);
});

it("varies each delay by up to a fifth", () => {
  expect(new BackOff(() => 0).next()).toBeCloseTo(80);
  expect(new BackOff(() => 1).next()).toBeCloseTo(120);
});
