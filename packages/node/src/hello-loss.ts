/** Hellos over which loss is counted: 38 s of them. */
const WINDOW = 128;
/** Fewer say nothing. */
const ENOUGH = 32;

/** How many of a neighbour's hellos do not arrive, by the gaps in their sequence. */
export class HelloLoss {
  /** Of the last sequences up to {@link #newest}, which arrived. */
  readonly #arrived = new Uint8Array(WINDOW);
  #newest: number | undefined;
  #first = 0;

  /** The share that is missing, 0 to 1. */
  get share(): number {
    const expected = this.#newest === undefined ? 0 : Math.min(WINDOW, this.#newest - this.#first + 1);
    if (expected < ENOUGH) return 0;
    let arrived = 0;
    for (let i = 0; i < WINDOW; i += 1) arrived += this.#arrived[i] ?? 0;
    return Math.max(0, 1 - arrived / expected);
  }

  /** A hello arrived. */
  handle(sequence: number): void {
    const ahead = this.#newest === undefined ? Infinity : sequence - this.#newest;
    // Far off either way: the neighbour restarted its count, or was away.
    if (ahead >= WINDOW || ahead <= -WINDOW) this.#restart(sequence);
    else {
      for (let skipped = 1; skipped <= ahead; skipped += 1) this.#arrived[(sequence - ahead + skipped) % WINDOW] = 0;
      this.#newest = Math.max(this.#newest ?? sequence, sequence);
      this.#arrived[sequence % WINDOW] = 1;
    }
  }

  #restart(sequence: number): void {
    this.#arrived.fill(0);
    this.#arrived[sequence % WINDOW] = 1;
    this.#newest = sequence;
    this.#first = sequence;
  }
}
