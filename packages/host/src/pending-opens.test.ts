import { expect, it } from "vitest";
import { PendingOpens } from "./pending-opens.ts";

it("leaves a third of the places to others", () => {
  const pending = new PendingOpens(9);
  for (let i = 0; i < 6; i += 1) expect(pending.enter("greedy")).toBe(true);
  expect(pending.enter("greedy")).toBe(false);
  for (let i = 0; i < 3; i += 1) expect(pending.enter("modest")).toBe(true);
  expect(pending.enter("modest")).toBe(false);
  pending.leave("greedy");
  expect(pending.enter("late")).toBe(true);
  expect(pending.total).toBe(9);
});

it("is empty after everybody left, and once more than entered changes nothing", () => {
  const pending = new PendingOpens(9);
  pending.enter("a");
  pending.leave("a");
  pending.leave("a");
  pending.leave("b");
  expect(pending.total).toBe(0);
});
