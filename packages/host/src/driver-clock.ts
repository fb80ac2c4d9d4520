import type { DriverClock } from "@flor/node";
import { LazyTimer } from "./lazy-timer.ts";

/** The system's monotonic clock and event loop for a {@link DriverClock}. */
export function createDriverClock(): DriverClock {
  let callback: () => void = () => {};
  const timer = new LazyTimer(() => callback());
  return {
    now: () => performance.now(),
    defer: (deferred) => void setImmediate(deferred),
    setTimer: (wanted, at) => {
      callback = wanted;
      timer.set(at);
    },
  };
}
