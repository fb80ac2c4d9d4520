/** What a node logged of late, for `flor logs`: whatever its standard error is, the last lines can be asked for. */

/** Lines at most. */
export const LOG_RING_MAX_LINES = 1000;
/** Octets of all lines at most. */
export const LOG_RING_MAX_OCTETS = 1_048_576;

const LEVEL = /^\{"level":(\d+)/;

/** Lines after a place in the log. */
export interface LogPage {
  /** Each one JSON object, without its end. */
  readonly lines: readonly string[];
  /** Where the next page begins. */
  readonly next: number;
  /** Lines between the place that was asked for and these that are not kept any more. */
  readonly lost: number;
}

interface Entry {
  readonly line: string;
  readonly level: number;
  readonly octets: number;
}

/** Keeps the last lines of a log. */
export class LogRing {
  #entries: Entry[] = [];
  #octets = 0;
  /** Lines that came before the first that is kept. */
  #gone = 0;
  readonly #waiting = new Set<() => void>();

  /** Takes a line with its end. */
  write(line: string): void {
    const octets = Buffer.byteLength(line);
    this.#entries.push({ line: line.trimEnd(), level: Number(LEVEL.exec(line)?.[1] ?? 0), octets });
    this.#octets += octets;
    let over = 0;
    while (this.#entries.length - over > LOG_RING_MAX_LINES || this.#octets > LOG_RING_MAX_OCTETS) {
      this.#octets -= this.#entries[over]?.octets ?? this.#octets;
      over += 1;
    }
    this.#entries.splice(0, over);
    this.#gone += over;
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  /** What came from `after` on, of a severity of `level` (a number of pino) and above. */
  page(after: number, level: number): LogPage {
    const from = Math.max(0, Math.floor(after) - this.#gone);
    const entries = this.#entries.slice(from).filter((entry) => entry.level >= level);
    const next = this.#gone + this.#entries.length;
    return { lines: entries.map(({ line }) => line), next, lost: Math.max(0, this.#gone - Math.floor(after)) };
  }

  /** Resolves when a line comes that is not in a page up to `after`, or when the time is over. */
  async wait(after: number, timeoutMs: number): Promise<void> {
    if (this.#gone + this.#entries.length > after) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    this.#waiting.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#waiting.delete(resolve);
  }
}
