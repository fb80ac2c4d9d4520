import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { JOIN_MS, whenSilent } from "./join-network.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("a newcomer waits a minute for its inviter", () => {
  let told = 0;
  whenSilent(() => void (told += 1));
  vi.advanceTimersByTime(JOIN_MS - 1);
  expect(told).toBe(0);
  vi.advanceTimersByTime(1);
  expect(told).toBe(1);
});

it("a newcomer that was answered waits for nothing", () => {
  const stop = whenSilent(() => expect.fail("it was answered"));
  stop();
  vi.advanceTimersByTime(JOIN_MS);
  expect(vi.getTimerCount()).toBe(0);
});
