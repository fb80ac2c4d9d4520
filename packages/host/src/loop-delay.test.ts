import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { LoopDelay } from "./loop-delay.ts";

/** Keeps the loop from turning. */
function block(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

it("tells how long the loop did not turn", async () => {
  const delay = new LoopDelay();
  expect(delay.status()).toEqual({ p50: 0, p99: 0, max: 0 });
  await expect.poll(() => delay.status().max, { interval: 5 }).toBeGreaterThan(0);
  block(500);
  await expect.poll(() => delay.status().max, { interval: 5 }).toBeGreaterThan(450);
  const { p50, p99, max } = delay.status();
  delay.close();
  expect(p99).toBeLessThanOrEqual(max);
  expect(p50).toBeLessThan(max);
});

it("wakes an idle process for nothing", async () => {
  const program = fileURLToPath(new URL("loop-rounds.testing.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  expect(JSON.parse(stdout)).toBeLessThan(10);
});
