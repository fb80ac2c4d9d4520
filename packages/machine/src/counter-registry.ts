import type { DropCounters } from "./drops.ts";

/** Words in lower case joined by `-`, behind the room that counts and a `.`: `session.bad-mac`. */
const NAME = /^(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)?[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * All that a node drops, by name. Whatever shows counters reads them here: `flor status`, the control socket and the
 * metrics have one spelling, and nothing that is registered can be left out of one of them.
 */
export class CounterRegistry {
  readonly #rooms: { readonly prefix: string; readonly counters: DropCounters<string> }[] = [];
  readonly #names = new Set<string>();

  /**
   * Adds the counters of a room.
   *
   * @param prefix goes before each name, its `.` included; empty for the node's own
   * @throws Error when a name is taken, or is not spelled as all others are
   */
  register<Reason extends string>(prefix: string, counters: DropCounters<Reason>): void {
    for (const reason of Object.keys(counters.counts)) {
      const name = prefix + reason;
      if (!NAME.test(name)) throw new Error(`counter ${name}: lower case, words joined by "-"`);
      if (this.#names.has(name)) throw new Error(`counter ${name} is registered already`);
      this.#names.add(name);
    }
    this.#rooms.push({ prefix, counters });
  }

  /** Every counter and its value now. */
  get counts(): Readonly<Record<string, number>> {
    const all = this.#rooms.flatMap(({ prefix, counters }) =>
      Object.entries(counters.counts).map(([reason, count]) => [prefix + reason, count] as const),
    );
    return Object.fromEntries(all);
  }
}
