/** What the work below takes on the processor for which bounds in processor time are written. */
const WORK_MS = 40;
const STEPS = 5_000_000;
const ROUNDS = 3;

/** How much slower this processor is than that one; 1 at least. Other programs that run count little. */
export function slownessOfProcessor(): number {
  const took = Array.from({ length: ROUNDS }, work);
  return Math.max(1, Math.min(...took) / WORK_MS);
}

function work(): number {
  const before = process.cpuUsage();
  let state = 1;
  for (let step = 0; step < STEPS; step += 1) state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + step;
  const { user, system } = process.cpuUsage(before);
  // The result is looked at, so that the work is done.
  return (user + system) / 1000 + (state === 0 ? 1 : 0);
}
