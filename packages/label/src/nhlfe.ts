/**
 * What to do with a frame that carries a label (RFC 3031 section 3.10): pop it, push `push` in its place, and hand the
 * frame to `nextHop`. An empty `push` is a pop, one label a swap, more a swap and push.
 *
 * @typeParam NextHop a neighbour, or a local consumer
 */
export interface Nhlfe<NextHop> {
  readonly nextHop: NextHop;
  /** Labels that replace the popped one, top first. */
  readonly push: readonly number[];
}
