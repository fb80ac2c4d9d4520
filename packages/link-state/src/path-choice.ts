/**
 * Which of the paths to one destination is used: the one in use while it is good enough, so that near-equal costs move
 * nothing, and not one that traffic found dead although its hellos are answered.
 */
import { earlier, type Instant } from "@flor/machine";
import { rendezvous } from "./flooded-neighbours.ts";
import type { Path } from "./paths.ts";

/** Another path must be a fifth cheaper for that long. */
const CHEAPER_RATIO = 0.8;
const CHEAPER_MS = 10_000;
/** The node itself became a neighbour: the path over others was only used while it was none. */
const STRAIGHT_MS = 500;
/** A path that carried nothing is left alone for this long, doubling. */
const HOLD_MS = 30_000;
const HOLD_MAX_MS = 600_000;
/** Paths found dead that are remembered for one destination. */
export const HELD_MAX = 16;

/** Why a path is used. */
export type PathReason = "cheapest" | "kept" | "only" | "configured" | "silent-avoided";

interface HeldPath {
  readonly path: Path;
  until: Instant;
  holdMs: number;
}

/** The choice for one destination. */
export class PathChoice {
  readonly #salt: string;
  readonly #held = new Map<string, HeldPath>();
  #current: Path | undefined;
  #cheaperSince: Instant | undefined;
  /** How long another path must be cheaper. */
  #proveMs = CHEAPER_MS;
  reason: PathReason = "only";

  /** @param salt spreads equal paths: the ends of the session */
  constructor(salt: string) {
    this.#salt = salt;
  }

  get current(): Path | undefined {
    return this.#current;
  }

  /** When the choice may change although nothing happens. */
  nextTimeout(now: Instant): Instant | undefined {
    let next = this.#cheaperSince === undefined ? undefined : this.#cheaperSince + this.#proveMs;
    for (const { until } of this.#held.values()) if (until > now) next = earlier(next, until);
    return next;
  }

  /**
   * Keeps the path in use without a look at others: it is as cheap as any, and carries.
   *
   * @param kept the path in use as it is now
   * @param least what no path costs less than, and whether one alone costs that
   * @returns whether it did; if not, {@link choose}
   */
  keep(kept: Path, least: { readonly cost: number; readonly isOnly: boolean }): boolean {
    if (this.#held.size > 0 || kept.cost > least.cost) return false;
    this.#take(kept, least.isOnly ? "only" : "cheapest");
    return true;
  }

  /** Paths that are avoided now. */
  avoided(now: Instant): readonly Path[] {
    return [...this.#held.values()].filter(({ until }) => until > now).map(({ path }) => path);
  }

  /** Paths that are avoided, and until when. */
  held(): Iterable<{ readonly path: Path; readonly until: Instant }> {
    return this.#held.values();
  }

  /**
   * Chooses.
   *
   * @param candidates paths, the cheapest first
   * @param kept the path in use as it is now; `undefined`: it is gone
   * @param isInUse flows depend on it: leave it only for a reason
   */
  choose(candidates: readonly Path[], kept: Path | undefined, isInUse: boolean, now: Instant): Path | undefined {
    const usable = candidates.filter((path) => !this.#isHeld(path, now));
    const best = this.#spread(usable) ?? candidates[0];
    const isAvoiding = usable.length < candidates.length;
    if (best === undefined || kept === undefined || this.#isHeld(kept, now) || !isInUse || isSame(best, kept))
      return this.#take(best, isAvoiding ? "silent-avoided" : candidates.length > 1 ? "cheapest" : "only");
    const isStraight = best.hops.length === 1 && kept.hops.length > 1;
    this.#proveMs = isStraight ? STRAIGHT_MS : CHEAPER_MS;
    if (best.cost > kept.cost * (isStraight ? 1 : CHEAPER_RATIO)) return this.#take(kept, "kept");
    this.#cheaperSince ??= now;
    if (now - this.#cheaperSince >= this.#proveMs) return this.#take(best, "cheapest");
    this.#current = kept;
    this.reason = "kept";
    return kept;
  }

  /** What went over the path in use was not answered, while another path answers: keeps away from it for a while. */
  handleDead(path: Path, now: Instant): void {
    const signature = signatureOf(path);
    const before = this.#held.get(signature);
    const holdMs = before === undefined ? HOLD_MS : Math.min(HOLD_MAX_MS, before.holdMs * 2);
    this.#held.delete(signature);
    this.#held.set(signature, { path, until: now + holdMs, holdMs });
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= HELD_MAX) break;
      this.#held.delete(oldest);
    }
  }

  /** A path carries again: it may be used. */
  handleCarries(path: Path): void {
    this.#held.delete(signatureOf(path));
  }

  #take(path: Path | undefined, reason: PathReason): Path | undefined {
    this.#cheaperSince = undefined;
    this.#current = path;
    this.reason = reason;
    return path;
  }

  #isHeld(path: Path, now: Instant): boolean {
    return (this.#held.get(signatureOf(path))?.until ?? -Infinity) > now;
  }

  /** One of the equally cheap ones, always the same for the same ends. */
  #spread(paths: readonly Path[]): Path | undefined {
    const cheapest = paths.filter(({ cost }) => cost === paths[0]?.cost);
    const rank = (path: Path): number => rendezvous(this.#salt, signatureOf(path));
    return cheapest.toSorted((a, b) => rank(b) - rank(a))[0];
  }
}

/** The nodes of a path as a text. */
export function signatureOf({ hops }: Path): string {
  return hops.join(",");
}

function isSame(a: Path, b: Path): boolean {
  return a.hops.length === b.hops.length && a.hops.every((hop, index) => hop === b.hops[index]);
}
