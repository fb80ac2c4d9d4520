import type { DriverClock } from "@flor/node";

/** The system's monotonic clock and event loop for a {@link DriverClock}. */
export function createDriverClock(): DriverClock {
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Infinity;
  return {
    now: () => performance.now(),
    defer: (callback) => void setImmediate(callback),
    setTimer: (callback, delayMs) => {
      const at = delayMs === undefined ? Infinity : performance.now() + delayMs;
      // A timer that is a little early costs one empty turn; making a new one each turn costs more.
      if (timer !== undefined && dueAt <= at && at - dueAt < 1) return;
      clearTimeout(timer);
      timer = delayMs === undefined ? undefined : setTimeout(fire, Math.min(delayMs, TIMER_MAX_MS), callback);
      dueAt = at;
    },
  };

  function fire(callback: () => void): void {
    timer = undefined;
    dueAt = Infinity;
    callback();
  }
}

/** `setTimeout` takes 2^31 - 1 milliseconds at most; an early turn is harmless. */
const TIMER_MAX_MS = 60_000;
