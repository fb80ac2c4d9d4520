import { expect, it } from "vitest";
import { BackOff } from "./back-off.ts";

it("doubles the delay up to the longest, and starts over after success", () => {
  const backOff = new BackOff({ firstMs: 100, maxMs: 1000, random: () => 1 });
  expect(Array.from({ length: 6 }, () => backOff.next())).toEqual([100, 200, 400, 800, 1000, 1000]);
  backOff.reset();
  expect(backOff.next()).toBe(100);
});

it("never waits longer than the longest, however many attempts failed", () => {
  const backOff = new BackOff({ firstMs: 100, maxMs: 1000, random: () => 1 });
  for (let attempt = 0; attempt < 5000; attempt += 1) expect(backOff.next()).toBeLessThanOrEqual(1000);
});

it("shortens each delay by up to a quarter", () => {
  expect(new BackOff({ firstMs: 100, maxMs: 1000, random: () => 0 }).next()).toBe(75);
});
