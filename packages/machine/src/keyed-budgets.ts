import type { Instant } from "./instant.ts";
import { RateBudget } from "./rate-budget.ts";

/** How {@link KeyedBudgets} are made. */
export interface KeyedBudgetsOptions {
  /** Of each key, in the long run. */
  readonly perSecond: number;
  /** Of each key, at once. @default perSecond */
  readonly burst?: number;
  /** Keys that have spent something, at most; further ones share one budget of the same size. */
  readonly capacity: number;
}

/**
 * One {@link RateBudget} for each key, such as a node's id or an address. It belongs to the key and not to a connection,
 * so that reconnecting refills nothing. Memory is bounded: a budget that is full again is like a new one and is
 * forgotten; while `capacity` others are not, further keys share one.
 */
export class KeyedBudgets<Key> {
  readonly #options: KeyedBudgetsOptions;
  readonly #budgets = new Map<Key, RateBudget>();
  readonly #shared: RateBudget;

  constructor(options: KeyedBudgetsOptions) {
    this.#options = options;
    this.#shared = this.#create();
  }

  /** Keys that are remembered. */
  get size(): number {
    return this.#budgets.size;
  }

  /** The budget of `key`; ask again for each use, since it may be replaced by an equal one. */
  of(key: Key, now: Instant): RateBudget {
    const known = this.#budgets.get(key);
    if (known !== undefined) return known;
    if (this.#budgets.size >= this.#options.capacity && !this.#forgetFull(now)) return this.#shared;
    const budget = this.#create();
    this.#budgets.set(key, budget);
    return budget;
  }

  /** Takes `cost` from the budget of `key`; false when so much is not left. */
  take(key: Key, cost: number, now: Instant): boolean {
    return this.of(key, now).take(cost, now);
  }

  #forgetFull(now: Instant): boolean {
    for (const [key, budget] of this.#budgets) if (budget.isFull(now)) this.#budgets.delete(key);
    return this.#budgets.size < this.#options.capacity;
  }

  #create(): RateBudget {
    return new RateBudget(this.#options.perSecond, this.#options.burst);
  }
}
