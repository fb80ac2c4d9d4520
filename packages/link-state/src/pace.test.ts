import { describe, expect, it } from "vitest";
import { Pace } from "./pace.ts";

describe("the pace of what is done while reasons keep coming", () => {
  const pace = new Pace([50, 200, 1000], 10_000);

  it("slows down, but for what is urgent or bad news", () => {
    expect(pace.dueAt).toBe(-Infinity);
    let now = 0;
    const pauses = Array.from({ length: 4 }, () => {
      pace.acted(now);
      const after = [pace.dueAt, pace.soonAt, pace.urgentAt].map((at) => at - now);
      now += 1000;
      return after;
    });
    expect(pauses).toEqual([
      [50, 50, 50],
      [200, 200, 50],
      [1000, 200, 50],
      [1000, 200, 50],
    ]);
  });

  it("begins again after a rest", () => {
    pace.acted(20_000);
    expect(pace.dueAt).toBe(20_050);
  });
});
