import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BulkScheduling } from "./bulk-scheduling.ts";
import { scheduler } from "./libc.ts";

const OTHER = 0;
const IDLE = 5;
const BATCH = 3;
const MEBIBYTE = 1024 * 1024;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function schedulingOf({ policy = OTHER, isTaken = true } = {}): { scheduling: BulkScheduling; asked: number[] } {
  const asked: number[] = [];
  const setPolicy = (wanted: number): boolean => {
    asked.push(wanted);
    return isTaken;
  };
  return { scheduling: new BulkScheduling({ now: () => Date.now(), policy: () => policy, setPolicy }), asked };
}

test("asks for patience while much is carried, and no longer", () => {
  const { scheduling, asked } = schedulingOf();
  for (let turn = 0; turn < 64; turn += 1) scheduling.note(MEBIBYTE / 16);
  expect(asked).toEqual([BATCH]);
  for (let ms = 0; ms < 500; ms += 10) {
    scheduling.note(MEBIBYTE / 2);
    vi.advanceTimersByTime(10);
  }
  expect(asked).toEqual([BATCH]);
  vi.advanceTimersByTime(200);
  expect(asked).toEqual([BATCH, OTHER]);
  expect(vi.getTimerCount()).toBe(0);
});

test("a line of 100 Mbit/s is not much", () => {
  const { scheduling, asked } = schedulingOf();
  for (let ms = 0; ms < 5000; ms += 1) {
    scheduling.note(12_500);
    vi.advanceTimersByTime(1);
  }
  expect(asked).toEqual([]);
});

test("leaves a policy alone that somebody else chose, and asks once where it may not choose", () => {
  for (const given of [{ policy: IDLE }, { isTaken: false }]) {
    const { scheduling, asked } = schedulingOf(given);
    for (let turn = 0; turn < 64; turn += 1) scheduling.note(MEBIBYTE);
    expect(asked.length).toBeLessThanOrEqual(1);
    expect(scheduling.isBatch).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  }
});

test("a process that starts a child is as patient as before", () => {
  const { scheduling, asked } = schedulingOf();
  for (let turn = 0; turn < 4; turn += 1) scheduling.note(MEBIBYTE);
  scheduling.leave();
  expect(asked).toEqual([BATCH, OTHER]);
  scheduling.leave();
  expect(asked).toEqual([BATCH, OTHER]);
});

test("the kernel takes it", () => {
  vi.useRealTimers();
  const before = scheduler();
  const scheduling = new BulkScheduling();
  for (let turn = 0; turn < 8; turn += 1) scheduling.note(MEBIBYTE);
  expect(scheduler()).toBe(before === OTHER ? BATCH : before);
  scheduling.leave();
  expect(scheduler()).toBe(before);
});
