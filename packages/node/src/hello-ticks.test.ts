import { expect, it } from "vitest";
import { HELLOS_PER_TICK, HelloTicks } from "./hello-ticks.ts";

const INTERVAL_MS = 300;

/** The instants at which hellos of so many adjacencies leave, from `from` on; they start at any time within an interval. */
function sendsOf(adjacencies: number, from: number, until: number): number[] {
  const ticks = new HelloTicks(() => 0.5);
  const due = Array.from({ length: adjacencies }, (_, index) => (index * 37) % INTERVAL_MS);
  const sends: number[] = [];
  for (let now = 0; now < until; now += 1)
    for (const [index, at] of due.entries()) {
      if (at > now) continue;
      if (now >= from) sends.push(now);
      due[index] = ticks.after(now, INTERVAL_MS);
    }
  return sends;
}

it("lets the hellos of all adjacencies leave at the same instants, soon after they began", () => {
  const sends = sendsOf(100, 1000, 4000);
  const instants = [...new Set(sends)];
  expect(sends.length).toBe(100 * instants.length);
  for (const [index, at] of instants.entries()) {
    const gap = at - (instants[index - 1] ?? at - INTERVAL_MS);
    expect(gap).toBeGreaterThan(INTERVAL_MS * 0.66);
    expect(gap).toBeLessThanOrEqual(INTERVAL_MS);
  }
});

it("lets no more of them leave at once than a socket's buffer has room for the answers to", () => {
  const counts = new Map<number, number>();
  for (const at of sendsOf(3 * HELLOS_PER_TICK, 1000, 4000)) counts.set(at, (counts.get(at) ?? 0) + 1);
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(HELLOS_PER_TICK);
  expect(counts.size).toBeLessThanOrEqual(3 * 14);
});

it("lets no more of them leave at once either when a thousand begin at one instant", () => {
  const ticks = new HelloTicks(() => 0.5);
  let due = Array.from({ length: 8 * HELLOS_PER_TICK }, () => 0);
  const counts = new Map<number, number>();
  for (let now = 1; now < 4000; now += 1)
    due = due.map((at) => {
      if (at > now) return at;
      const next = ticks.after(now, INTERVAL_MS);
      expect(next - now).toBeLessThanOrEqual(INTERVAL_MS);
      counts.set(next, (counts.get(next) ?? 0) + 1);
      return next;
    });
  expect(Math.max(...counts.values())).toBeLessThanOrEqual(HELLOS_PER_TICK);
});

it("keeps intervals apart from each other", () => {
  const ticks = new HelloTicks(() => 0);
  expect(ticks.after(0, 300)).toBe(225);
  expect(ticks.after(10, 1000)).toBe(750);
  expect(ticks.after(20, 50)).toBe(57.5);
  expect(ticks.after(30, 300)).toBe(225);
});
