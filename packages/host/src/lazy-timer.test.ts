import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LazyTimer } from "./lazy-timer.ts";

let calls: number[] = [];

beforeEach(() => {
  calls = [];
  vi.useFakeTimers({ now: 0 });
});

afterEach(() => void vi.useRealTimers());

function recorded(): LazyTimer {
  return new LazyTimer(() => calls.push(performance.now()));
}

it("calls back once, when it is due", () => {
  recorded().set(performance.now() + 50);
  vi.advanceTimersByTime(1000);
  expect(calls).toEqual([50]);
});

it("makes no new timer of the system while its time moves on, and calls back at the last one", () => {
  const timer = recorded();
  const made = vi.spyOn(globalThis, "setTimeout");
  timer.set(50);
  for (let at = 51; at <= 500; at += 1) timer.set(at);
  expect(made).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1000);
  expect(calls).toEqual([500]);
  expect(made).toHaveBeenCalledTimes(2);
});

it("calls back sooner when it is asked to", () => {
  const timer = recorded();
  timer.set(50);
  timer.set(20);
  vi.advanceTimersByTime(1000);
  expect(calls).toEqual([20]);
});

it("is not put off by what is asked for again although it is due", () => {
  const timer = recorded();
  const made = vi.spyOn(globalThis, "setTimeout");
  for (let late = 0; late < 100; late += 1) timer.set(-1 - late);
  expect(made).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(2);
  expect(calls).toHaveLength(1);
});

it("does not call back before its time when the system's timer comes early", () => {
  const timer = recorded();
  timer.set(20.5);
  vi.advanceTimersByTime(20);
  expect(calls).toEqual([]);
  vi.advanceTimersByTime(2);
  expect(calls).toHaveLength(1);
});

it("calls back no more when it is told so, and again when it is set again", () => {
  const timer = recorded();
  timer.set(50);
  timer.set(undefined);
  vi.advanceTimersByTime(100);
  expect(calls).toEqual([]);
  timer.set(150);
  timer.stop();
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(100);
  timer.set(250);
  vi.advanceTimersByTime(100);
  expect(calls).toEqual([250]);
});

it("takes a time beyond what a timer of the system takes", () => {
  recorded().set(1e12);
  vi.advanceTimersByTime(200_000);
  expect(calls).toEqual([]);
  expect(vi.getTimerCount()).toBe(1);
});
