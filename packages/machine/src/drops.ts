/** Counts dropped frames by reason; the set of reasons is closed so that none can be forgotten in a report. */
export class DropCounters<Reason extends string> {
  readonly counts: Record<Reason, number>;

  constructor(reasons: readonly Reason[]) {
    this.counts = Object.fromEntries(reasons.map((reason) => [reason, 0])) as Record<Reason, number>;
  }

  add(reason: Reason, count = 1): void {
    this.counts[reason] += count;
  }

  get total(): number {
    let total = 0;
    for (const count of Object.values<number>(this.counts)) total += count;
    return total;
  }
}
