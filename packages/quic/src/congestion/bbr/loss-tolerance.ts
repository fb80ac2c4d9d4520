/**
 * How much loss shows that too much is in flight.
 *
 * The draft tolerates 2 % (BBR.LossThresh) wherever it probes. Two points differ. A round of few packets says little:
 * with 1 % lost at random, one of 33 loses more than 2 % every fourth time, so the bound is one standard deviation above
 * the share that is tolerated; for a large window both are the same. And what is lost while nothing waits at the
 * bottleneck was not lost to a full buffer: then more is tolerated, though less than what a policer takes from a probe.
 */

/** With a queue in sight: BBR.LossThresh. */
const TOLERATED = 0.02;
/** Without one; a probe that sends a quarter too much loses twice as much. */
const TOLERATED_UNQUEUED = 0.1;

/** The share that may be lost. */
export function toleratedLoss(isQueued: boolean): number {
  return isQueued ? TOLERATED : TOLERATED_UNQUEUED;
}

/**
 * Whether more was lost than the tolerated share.
 *
 * @param lost octets lost of `sent`
 */
export function isTooMuchLost(lost: number, sent: number, tolerated: number, datagramOctets: number): boolean {
  const packets = sent / datagramOctets;
  return lost > (tolerated * packets + Math.sqrt(tolerated * packets)) * datagramOctets;
}

/** How much of what is in flight had been sent when the losses crossed the bound (InflightAtLoss). */
export function inFlightAtLoss(inFlight: number, lost: number, octets: number, tolerated: number): number {
  const before = inFlight - octets;
  const prefix = (tolerated * before - (lost - octets)) / (1 - tolerated);
  return before + prefix;
}
