import type { TimeDoubt } from "@flor/node";

/** What is doubtful about this machine's clock, and what to do, for people. */
export function doubtText({ saidMs, notBefore, notAfter }: TimeDoubt): string {
  const says = `this machine's clock says ${dateOf(saidMs)}`;
  return saidMs < notBefore
    ? `${says}, and what this node knows is of ${dateOf(notBefore)}: it waits for a peer that says the time; set the clock, for example by NTP`
    : `${says}, and this node's membership ended at ${dateOf(notAfter)}: set the clock if it is wrong, else join with an invite`;
}

function dateOf(unixMs: number): string {
  return new Date(unixMs).toISOString().slice(0, 16);
}
