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

/** Whether it is a zombie: ended, and not yet reaped by its new parent. Systems without /proc do not show it. */
function hasEnded(stat: string): boolean {
  try {
    return /\) Z /.test(readFileSync(stat, "utf8"));
  } catch {
    // It is gone by now, or there is no /proc.
    return existsSync("/proc/self/stat");
  }
}
