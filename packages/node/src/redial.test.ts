import { expect, it } from "vitest";
import { Redial } from "./redial.ts";

function delaysOf(tries: number, everyMs = 0): number[] {
  const redial = new Redial(() => 0.999_999);
  let now = 0;
  return Array.from({ length: tries }, () => {
    redial.started(now);
    const delay = redial.dueAt - now;
    now = Math.max(redial.dueAt, now + everyMs);
    return Math.round(delay);
  });
}

it("tries at once, then after 100 ms doubling to a second", () => {
  expect(new Redial(() => 0).dueAt).toBe(-Infinity);
  expect(delaysOf(7)).toEqual([100, 200, 400, 800, 1000, 1000, 1000]);
});

it("tries less often after five minutes", () => {
  expect(delaysOf(8, 60_000).slice(-2)).toEqual([5000, 5000]);
});

it("waits at least three quarters of it, so that many nodes do not try in step", () => {
  const redial = new Redial(() => 0);
  redial.started(0);
  expect(redial.dueAt).toBe(75);
});

it("does not try soon when the other end says that it stops, and at once when it is back", () => {
  const redial = new Redial(() => 0);
  redial.defer(1000, 5000);
  expect(redial.dueAt).toBe(4750);
  redial.restart();
  expect(redial.dueAt).toBe(-Infinity);
});

it("starts over after success", () => {
  const redial = new Redial(() => 0);
  for (let n = 0; n < 5; n += 1) redial.started(n * 1000);
  redial.restart();
  expect(redial.dueAt).toBe(-Infinity);
  redial.started(9000);
  expect(redial.dueAt).toBe(9075);
});
