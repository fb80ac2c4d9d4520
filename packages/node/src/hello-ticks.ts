import type { Instant } from "@flor/machine";

/** Ticks are multiples of this, so that different intervals share turns. */
const GRID_MS = 25;
/** Hellos of one tick: what they are answered with comes at once, and has to fit the buffer of a link's socket. */
export const HELLOS_PER_TICK = 128;
/** A new tick comes after this share of the interval: hellos stay 75 to 100 % of it apart (RFC 5880 section 6.8.7). */
const LEAST_SHARE = 0.75;
const VARIED_SHARE = 0.1;
/** One that is out of step joins a tick that is this share of the interval away, once: of two groups one finds the other so. */
const JOIN_SHARE = 1 / 3;

/** When hellos leave: those of all adjacencies with one interval at the same instants, so that they share a turn and a bundle. */
export class HelloTicks {
  /** By interval: how many hellos leave at each instant to come. */
  readonly #ticks = new Map<number, Map<Instant, number>>();
  readonly #random: () => number;

  /** @param random uniform in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** When the next hello leaves where one leaves `now`: 75 to 100 % of `intervalMs` from now, or sooner once, to be in step. */
  after(now: Instant, intervalMs: number): Instant {
    const ticks = this.#toCome(now, intervalMs);
    const latest = now + intervalMs;
    for (const [at, hellos] of ticks) {
      if (at < now + intervalMs * JOIN_SHARE || at > latest || hellos >= HELLOS_PER_TICK) continue;
      ticks.set(at, hellos + 1);
      return at;
    }
    let at = gridded(now + intervalMs * (LEAST_SHARE + this.#random() * VARIED_SHARE), intervalMs);
    const isFull = (tick: Instant): boolean => (ticks.get(tick) ?? 0) >= HELLOS_PER_TICK;
    while (isFull(at) && at + GRID_MS <= latest) at += GRID_MS;
    // More than fit behind it begin at one instant: the rest goes sooner, once.
    const soonest = now + intervalMs * JOIN_SHARE;
    for (let sooner = at; isFull(at) && sooner >= soonest; sooner -= GRID_MS) if (!isFull(sooner)) at = sooner;
    ticks.set(at, (ticks.get(at) ?? 0) + 1);
    return at;
  }

  #toCome(now: Instant, intervalMs: number): Map<Instant, number> {
    const ticks = this.#ticks.get(intervalMs) ?? new Map<Instant, number>();
    this.#ticks.set(intervalMs, ticks);
    for (const at of ticks.keys()) if (at <= now) ticks.delete(at);
    return ticks;
  }
}

function gridded(at: Instant, intervalMs: number): Instant {
  return intervalMs > 4 * GRID_MS ? Math.floor(at / GRID_MS) * GRID_MS : at;
}
