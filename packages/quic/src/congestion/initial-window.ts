/** Windows that hold before anything is known of the path, and the least there is. */

/** RFC 9002 section 7.2: ten datagrams, no more than this unless two datagrams are more. */
const INITIAL_OCTETS_MAX = 14_720;
const INITIAL_DATAGRAMS = 10;
/** BBR.MinPipeCwnd: with fewer packets than this, delayed acknowledgements leave the path empty. */
const PIPELINE_DATAGRAMS = 4;
/** A datagram that a link cuts into segments counts by these: four of 15 kB would be a queue of their own. */
const PIPELINE_DATAGRAM_OCTETS_MAX = 1500;

/** Octets in flight at first; at least two of the largest datagrams, or none would ever leave. */
export function initialWindow(datagramOctets: number): number {
  return Math.min(INITIAL_DATAGRAMS * datagramOctets, Math.max(2 * datagramOctets, INITIAL_OCTETS_MAX));
}

/** The least window: enough to keep a path in use, and two of the largest datagrams. */
export function leastWindow(datagramOctets: number): number {
  return Math.max(PIPELINE_DATAGRAMS * Math.min(datagramOctets, PIPELINE_DATAGRAM_OCTETS_MAX), 2 * datagramOctets);
}
