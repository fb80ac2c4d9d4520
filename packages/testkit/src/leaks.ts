/** After a test, a process must hold what it held before. */
import { type Holdings, holdingsOf } from "./process-usage.ts";

const LOOK_AGAIN_MS = 100;

/** The differences, one line each, such as `tcp: 3, was 1`; empty when there are none. */
export function compareHoldings(before: Holdings, after: Holdings): readonly string[] {
  const kinds = new Set([...Object.keys(before.descriptors), ...Object.keys(after.descriptors)]);
  const differences = [...kinds]
    .map((kind) => ({ kind, was: before.descriptors[kind] ?? 0, is: after.descriptors[kind] ?? 0 }))
    .filter(({ was, is }) => was !== is)
    .map(({ kind, was, is }) => `${kind}: ${is}, was ${was}`);
  if (before.children.join("\n") !== after.children.join("\n")) {
    differences.push(`children: ${after.children.join("; ")}, were ${before.children.join("; ")}`);
  }
  return differences;
}

/**
 * Waits until the process holds again what it held `before`: sockets close a moment after the test has seen their end.
 * Throws with the differences when `settleMs` were not enough.
 */
export async function expectNoLeak(pid: number, before: Holdings, settleMs: number = 30_000): Promise<void> {
  const deadline = performance.now() + settleMs;
  for (;;) {
    const differences = compareHoldings(before, holdingsOf(pid));
    if (differences.length === 0) return;
    if (performance.now() >= deadline) {
      throw new Error(`process ${pid} leaks, after ${settleMs} ms: ${differences.join("; ")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
