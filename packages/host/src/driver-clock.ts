import type { DriverClock } from "@flor/node";
import { EarlyTimer } from "./early-timer.ts";

/** A turn in vain costs less than several new timers: deadlines that move on with each turn need one in four milliseconds. */
const EARLY_MS = 4;

/** The system's monotonic clock and event loop for a {@link DriverClock}. */
export function createDriverClock(): DriverClock {
  let callback: () => void = () => {};
  const timer = new EarlyTimer(() => callback(), EARLY_MS);
  return {
    now: () => performance.now(),
    defer: (deferred) => void setImmediate(deferred),
    setTimer: (wanted, delayMs) => {
      callback = wanted;
      timer.set(delayMs === undefined ? undefined : performance.now() + delayMs);
    },
  };
}
