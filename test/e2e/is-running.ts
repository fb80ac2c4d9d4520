import { existsSync, readFileSync } from "node:fs";

/** Whether a process is there and has not ended. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  return !hasEnded(`/proc/${pid}/stat`);
}

/** Whether it waits for whoever adopted it to take note of its end; on systems without /proc it is not seen. */
function hasEnded(stat: string): boolean {
  try {
    return /\) Z /.test(readFileSync(stat, "utf8"));
  } catch {
    // It is gone by now, or there is no /proc.
    return existsSync("/proc/self/stat");
  }
}
