/** After a test, a process must hold no more than it held before. */
import { type Holdings, holdingsOf } from "./process-usage.ts";

const LOOK_AGAIN_MS = 100;

/**
 * What came on top, one line each, such as `tcp: 3, was 1`; empty when nothing did. Less is no leak: of the test before,
 * a socket may still have been closing when `before` was taken.
 */
export function addedHoldings(before: Holdings, after: Holdings): readonly string[] {
  const added = Object.entries(after.descriptors)
    .map(([kind, is]) => ({ kind, was: before.descriptors[kind] ?? 0, is }))
    .filter(({ was, is }) => is > was)
    .map(({ kind, was, is }) => `${kind}: ${is}, was ${was}`);
  const left = [...before.children];
  const isAdded = (child: string): boolean => {
    const at = left.indexOf(child);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  };
  if (after.children.some(isAdded))
    added.push(`children: ${after.children.join("; ")}, were ${before.children.join("; ")}`);
  return added;
}

/**
 * Waits until the process holds no more than `before`: sockets close a moment after the test has seen their end. Throws
 * with what is on top when `settleMs` were not enough.
 */
export async function expectNoLeak(pid: number, before: Holdings, settleMs: number = 120_000): Promise<void> {
  const deadline = performance.now() + settleMs;
  for (;;) {
    const added = addedHoldings(before, holdingsOf(pid));
    if (added.length === 0) return;
    if (performance.now() >= deadline) {
      throw new Error(`process ${pid} leaks, after ${settleMs} ms: ${added.join("; ")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
