/**
 * The FEC-to-NHLFE map (FTN, RFC 3031 section 3.12) of an ingress node: a destination → the label stack to push and
 * the neighbour to send to.
 *
 * @typeParam NextHop a neighbour
 */
export interface LabelPath<NextHop> {
  readonly nextHop: NextHop;
  /** Top first; the last label binds a consumer at the egress. */
  readonly stack: readonly number[];
  /** Octets of payload under the stack that cross whole. */
  readonly payloadMtu: number;
  /** Octets of payload that cross without segmentation at any link; at most `payloadMtu`. */
  readonly unsegmentedPayloadMtu: number;
  /** The nodes on it by their keys, its end last, where they are known. */
  readonly hops?: readonly string[];
}

/** Destination → path. */
export class FecToNhlfe<NextHop> {
  #paths = new Map<string, LabelPath<NextHop>>();

  /** Sets or clears the path of `fec`; returns whether anything changed. */
  set(fec: string, path: LabelPath<NextHop> | undefined): boolean {
    const before = this.#paths.get(fec);
    if (path === undefined) return this.#paths.delete(fec);
    this.#paths.set(fec, path);
    return before === undefined || !samePath(before, path);
  }

  get(fec: string): LabelPath<NextHop> | undefined {
    return this.#paths.get(fec);
  }

  entries(): IterableIterator<[string, LabelPath<NextHop>]> {
    return this.#paths.entries();
  }
}

/** Whether two paths go by the same nodes, whatever crosses them. */
export function isSameWay<NextHop>(a: LabelPath<NextHop>, b: LabelPath<NextHop>): boolean {
  const isSameStack = a.stack.length === b.stack.length && a.stack.every((label, index) => label === b.stack[index]);
  return a.nextHop === b.nextHop && isSameStack;
}

function samePath<NextHop>(a: LabelPath<NextHop>, b: LabelPath<NextHop>): boolean {
  return isSameWay(a, b) && a.payloadMtu === b.payloadMtu && a.unsegmentedPayloadMtu === b.unsegmentedPayloadMtu;
}
