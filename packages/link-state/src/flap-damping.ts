import type { Instant } from "@flor/machine";

/** Going down this many times within {@link WINDOW_MS} is more than bad luck. */
const DOWNS = 3;
const WINDOW_MS = 60_000;
/** How long an adjacency that flaps is left alone at first; doubling. */
const HOLD_MS = 30_000;
const HOLD_MAX_MS = 300_000;
/** Without a fall for this long, what was is forgiven. */
const FORGIVEN_MS = 600_000;

/** Keeps flows away from an adjacency that comes and goes, as long as there is another way. */
export class FlapDamping {
  readonly #downs: Instant[] = [];
  #holdMs = 0;
  #lastDownAt: Instant = -Infinity;
  /** Until then it is used only where nothing else leads. */
  heldUntil: Instant = -Infinity;

  handleDown(now: Instant): void {
    if (now - this.#lastDownAt > FORGIVEN_MS) this.#holdMs = 0;
    this.#lastDownAt = now;
    this.#downs.push(now);
    if (this.#downs.length > DOWNS) this.#downs.shift();
    const first = this.#downs[0];
    if (this.#downs.length < DOWNS || first === undefined || now - first > WINDOW_MS) return;
    this.#downs.length = 0;
    this.#holdMs = this.#holdMs === 0 ? HOLD_MS : Math.min(HOLD_MAX_MS, 2 * this.#holdMs);
    this.heldUntil = now + this.#holdMs;
  }
}
