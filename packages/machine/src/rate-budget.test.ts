import { describe, expect, it } from "vitest";
import { KeyedBudgets } from "./keyed-budgets.ts";
import { RateBudget } from "./rate-budget.ts";

describe("a rate budget", () => {
  it("allows its burst at once, then its rate, and counts what it refused", () => {
    const budget = new RateBudget(10, 3);
    const takes = (now: number): boolean[] => Array.from({ length: 4 }, () => budget.take(1, now));
    expect(takes(0)).toEqual([true, true, true, false]);
    expect(takes(100)).toEqual([true, false, false, false]);
    expect(budget.takeRefused()).toBe(4);
    expect(budget.takeRefused()).toBe(0);
    expect(takes(60_000)).toEqual([true, true, true, false]);
  });

  it("says when a cost will be allowed, and takes nothing for the answer", () => {
    const budget = new RateBudget(10, 3);
    budget.take(3, 0);
    expect(budget.allowedAt(2, 0)).toBe(200);
    expect(budget.allowedAt(4, 0)).toBe(Infinity);
    expect([budget.allows(2, 199), budget.allows(2, 200), budget.take(2, 200)]).toEqual([false, true, true]);
    expect([budget.isFull(499), budget.isFull(500)]).toEqual([false, true]);
  });

  it("gives nothing for a clock that steps back", () => {
    const budget = new RateBudget(10, 1);
    expect([budget.take(1, 1000), budget.take(1, 500), budget.take(1, 1050)]).toEqual([true, false, false]);
  });
});

describe("budgets by key", () => {
  it("keep what a key has spent, whatever comes between", () => {
    const budgets = new KeyedBudgets<string>({ perSecond: 1, burst: 2, capacity: 10 });
    expect([budgets.take("a", 2, 0), budgets.take("a", 1, 0), budgets.take("b", 2, 0)]).toEqual([true, false, true]);
    expect(budgets.take("a", 1, 1000)).toBe(true);
  });

  it("remember no more than their capacity, and let further keys share one", () => {
    const budgets = new KeyedBudgets<number>({ perSecond: 1, capacity: 8 });
    const taken = Array.from({ length: 1000 }, (_, key) => budgets.take(key, 1, 0)).filter(Boolean);
    expect([taken.length, budgets.size]).toEqual([9, 8]);
    expect(budgets.take(5000, 1, 1000)).toBe(true);
    expect(budgets.size).toBe(1);
  });
});
