import { expect, it } from "vitest";
import { HelloLoss } from "./hello-loss.ts";

function lossOf(arrives: (sequence: number) => boolean, count: number): number {
  const loss = new HelloLoss();
  for (let sequence = 1; sequence <= count; sequence += 1) if (arrives(sequence)) loss.handle(sequence);
  return loss.share;
}

it("is the share of sequences that are missing of the last 128", () => {
  expect(lossOf(() => true, 1000)).toBe(0);
  expect(lossOf((sequence) => sequence % 4 !== 0, 1001)).toBeCloseTo(0.25, 2);
  expect(lossOf((sequence) => sequence > 500 || sequence % 2 === 0, 1000)).toBe(0);
});

it("says nothing before enough were due", () => {
  expect(lossOf((sequence) => sequence % 2 === 0, 20)).toBe(0);
});

it("counts one that comes late, and begins again with a neighbour that does", () => {
  const loss = new HelloLoss();
  for (let sequence = 1; sequence <= 100; sequence += 1) loss.handle(sequence % 2 === 0 ? sequence - 1 : sequence + 1);
  expect(loss.share).toBeLessThan(0.02);
  loss.handle(7);
  loss.handle(4_000_000_000);
  expect(loss.share).toBe(0);
});
