// Test support: an idle process says how often its event loop went round in half a second, while its delay is watched.
import { performance } from "node:perf_hooks";
import { LoopDelay } from "./loop-delay.ts";

const IDLE_MS = 500;

const delay = new LoopDelay();
setTimeout(() => {
  const before = performance.nodeTiming.uvMetricsInfo.loopCount;
  setTimeout(() => {
    process.stdout.write(String(performance.nodeTiming.uvMetricsInfo.loopCount - before));
    delay.close();
  }, IDLE_MS);
}, 10);
