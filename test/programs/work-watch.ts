/**
 * Loaded into a node before its program: how long its loop works without looking at its timers, in processor time of the
 * thread, which a busy machine does not lengthen. The file that FLOR_WORK_WATCH names gets a line a look.
 */
import { appendFileSync } from "node:fs";

const LOOK_MS = 20;
/** Written together, so that writing is not what is measured. */
const LINES = 5;

const file = process.env["FLOR_WORK_WATCH"];
let before = used();
let lines: string[] = [];

/** Milliseconds. */
function used(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

// A loop that works in small pieces comes here every 20 ms at most, however little of the processor it gets.
setInterval(() => {
  const now = used();
  lines.push(`${Math.max(0, now - before - LOOK_MS).toFixed(1)}\n`);
  before = now;
  if (lines.length < LINES || file === undefined) return;
  appendFileSync(file, lines.join(""));
  lines = [];
}, LOOK_MS).unref();
