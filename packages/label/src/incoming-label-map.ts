import { type Instant } from "@flor/machine";
import { LABEL_FIRST_FREE, LABEL_MAX } from "@flor/wire";
import type { Nhlfe } from "./nhlfe.ts";

/** A freed label is not given out again for this long: a frame under way must not reach its next owner. */
export const LABEL_REST_MS = 60_000;

/** Labels bound at most; beyond it `bind` refuses. */
export const LABEL_BINDINGS_MAX = 65_536;

/**
 * The incoming label map (ILM, RFC 3031 section 3.11): label → NHLFE. Labels are local to this node. They are given
 * out in turn from a random start, so that a label of an earlier run of the node meets nothing.
 */
export class IncomingLabelMap<NextHop> {
  #entries = new Map<number, Nhlfe<NextHop>>();
  /** Labels that rest, and until when, the oldest first: a gateway may free thousands a second. */
  readonly #resting = new Map<number, Instant>();
  #next: number;

  /** @param start a random number; the first label is derived from it */
  constructor(start: number) {
    this.#next = LABEL_FIRST_FREE + (Math.abs(Math.trunc(start)) % (LABEL_MAX + 1 - LABEL_FIRST_FREE));
  }

  /** Binds a fresh label to `nhlfe`, or returns `undefined` when {@link LABEL_BINDINGS_MAX} are bound. */
  bind(nhlfe: Nhlfe<NextHop>, now: Instant): number | undefined {
    if (this.#entries.size >= LABEL_BINDINGS_MAX) return undefined;
    const label = this.#takeFresh(now);
    this.#entries.set(label, nhlfe);
    return label;
  }

  /** Changes what a bound label does. */
  rebind(label: number, nhlfe: Nhlfe<NextHop>): void {
    if (!this.#entries.has(label)) throw new RangeError(`label ${label} is not bound`);
    this.#entries.set(label, nhlfe);
  }

  /** Frees a label; it rests for {@link LABEL_REST_MS}. */
  release(label: number, now: Instant): void {
    if (this.#entries.delete(label)) this.#resting.set(label, now + LABEL_REST_MS);
  }

  /** The entry for `label`, or `undefined`: the frame must be dropped (RFC 3031 section 3.18). */
  lookup(label: number): Nhlfe<NextHop> | undefined {
    return this.#entries.get(label);
  }

  /** All bindings, for status. */
  entries(): IterableIterator<[number, Nhlfe<NextHop>]> {
    return this.#entries.entries();
  }

  #takeFresh(now: Instant): number {
    for (const [label, until] of this.#resting) {
      if (until > now) break;
      this.#resting.delete(label);
    }
    while (this.#entries.has(this.#next) || this.#resting.has(this.#next)) this.#advance();
    const label = this.#next;
    this.#advance();
    return label;
  }

  #advance(): void {
    this.#next = this.#next === LABEL_MAX ? LABEL_FIRST_FREE : this.#next + 1;
  }
}
