/**
 * Time for tests whose nodes run on the event loop. A machine that is busy takes the processor away for seconds: to nodes
 * that is silence, and they do what they should do then, which no test of something else expects. Development only.
 */

const TICK_MS = 5;
/** What a tick may be late before that is the machine's doing. */
const STEP_MAX_MS = 50;

let seen = performance.now();
let time = seen;

/** Milliseconds that go on while this process runs, and stand while it does not. */
export function steadyNow(): number {
  const now = performance.now();
  time += Math.min(now - seen, STEP_MAX_MS);
  seen = now;
  return time;
}

setInterval(steadyNow, TICK_MS).unref();
