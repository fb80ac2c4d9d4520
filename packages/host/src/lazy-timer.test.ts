import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { EarlyTimer } from "./early-timer.ts";

let calls: number[] = [];

beforeEach(() => {
  calls = [];
  vi.useFakeTimers({ now: 0 });
});

afterEach(() => void vi.useRealTimers());

function recorded(earlyMs?: number): EarlyTimer {
  return new EarlyTimer(() => calls.push(performance.now()), earlyMs);
}

it("calls back once, when it is due", () => {
  recorded().set(performance.now() + 50);
  vi.advanceTimersByTime(1000);
  expect(calls).toEqual([50]);
});

it("is not moved while it comes early, and calls early then", () => {
  const timer = recorded();
  timer.set(50);
  timer.set(500);
  expect(vi.getTimerCount()).toBe(1);
  vi.advanceTimersByTime(100);
  expect(calls).toEqual([50]);
});

it("is moved forward, and back when it would come too early", () => {
  const timer = recorded(1);
  timer.set(50);
  timer.set(20);
  timer.set(90);
  timer.set(90.5);
  vi.advanceTimersByTime(1000);
  expect(calls).toEqual([90]);
});

it("stops calling back when it is stopped, and calls again when it is set again", () => {
  const timer = recorded();
  timer.set(50);
  timer.set(undefined);
  vi.advanceTimersByTime(100);
  expect(calls).toEqual([]);
  timer.set(150);
  vi.advanceTimersByTime(100);
  expect(calls).toEqual([150]);
});

it("takes a time beyond what a timer of the system takes", () => {
  const timer = recorded();
  timer.set(1e12);
  vi.advanceTimersByTime(60_001);
  expect(calls).toEqual([60_000]);
});
