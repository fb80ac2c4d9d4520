/** How much lateness a flow may make up for at once: a burst that fills a pause needs a queue of its length. */

/** A queue of one round trip is what most bottlenecks tolerate, within these bounds. */
const CREDIT_MS_MIN = 4;
const CREDIT_MS_MAX = 50;
/** Where longer pauses are the rule, no credit would leave the line idle in each: so much at most. */
const USUAL_CREDIT_MS_MAX = 100;
const USUAL_FACTOR = 1.5;

/** Milliseconds of credit on a path with this minimum round trip, when turns have recently been about `usualMs` late. */
export function lateCredit(minRttMs: number, usualMs: number): number {
  const ofPath = Math.min(Math.max(minRttMs, CREDIT_MS_MIN), CREDIT_MS_MAX);
  return Math.max(ofPath, Math.min(USUAL_FACTOR * usualMs, USUAL_CREDIT_MS_MAX));
}

/** The same where losses have shown how long a queue the bottleneck tolerates. */
export function boundedLateCredit(minRttMs: number, usualMs: number, queueMs: number): number {
  return Math.min(lateCredit(minRttMs, usualMs), Math.max(queueMs, CREDIT_MS_MIN));
}
