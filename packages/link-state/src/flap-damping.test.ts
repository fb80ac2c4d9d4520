import { expect, it } from "vitest";
import { FlapDamping } from "./flap-damping.ts";

it("holds what goes down for the third time in a minute, for longer each time, and forgives after ten", () => {
  const damping = new FlapDamping();
  const held = (...downs: number[]): number => {
    for (const at of downs) damping.handleDown(at);
    return damping.heldUntil - (downs.at(-1) ?? 0);
  };
  expect(held(0, 30_000)).toBe(-Infinity);
  expect(held(61_000, 91_000)).toBeLessThan(0);
  expect(held(100_000)).toBe(30_000);
  expect(held(131_000, 132_000, 133_000)).toBe(60_000);
  for (let i = 0; i < 5; i += 1) held(200_000 + i, 200_001 + i, 200_002 + i);
  expect(held(210_000, 210_001, 210_002)).toBe(300_000);
  expect(held(900_000, 900_001, 900_002)).toBe(30_000);
});
