/**
 * Which of the parallel adjacencies with a neighbour carries: the first alive one in the order of preference, then the
 * one with the shorter round trip. One that fell silent must be alive for a while before flows return to it, so that a
 * link that comes and goes is not followed.
 */
import { earlier, type Instant } from "@flor/machine";
import type { Adjacency } from "./adjacency.ts";
import type { Neighbour } from "./neighbour.ts";

/** Flows return to a preferred adjacency when it has been alive for this long since it was silent. */
export const RETURN_AFTER_MS = 5000;

/** What was chosen. */
export interface AdjacencyChoice {
  /** `undefined`: frames can be sent nowhere. */
  readonly best: Adjacency | undefined;
  /** When to choose again although nothing happened. */
  readonly reviewAt: Instant | undefined;
}

/** Chooses among the adjacencies with a neighbour. */
export function chooseAdjacency(neighbour: Neighbour, now: Instant): AdjacencyChoice {
  const usable = [...neighbour.adjacencies].filter(({ isUsable }) => isUsable).sort(byPreference(neighbour));
  const alive = usable.filter((adjacency) => adjacency.isSteady(now));
  const current = usable.find((adjacency) => adjacency === neighbour.best);
  // A silent one may still carry, and one that flaps does at times: better there than nowhere.
  if (alive.length === 0) {
    const flapping = usable.filter((adjacency) => adjacency.alive);
    const best = flapping.find((adjacency) => adjacency === current) ?? flapping[0] ?? current ?? usable[0];
    return { best, reviewAt: heldUntil(flapping) };
  }
  if (current?.isSteady(now) !== true) return { best: alive[0], reviewAt: reviewAt(neighbour, alive, alive[0], now) };
  const better = alive.find((adjacency) => outranks(neighbour, adjacency, current) && hasProven(adjacency, now));
  const best = better ?? current;
  return { best, reviewAt: reviewAt(neighbour, alive, best, now) };
}

function heldUntil(flapping: readonly Adjacency[]): Instant | undefined {
  let next: Instant | undefined;
  for (const adjacency of flapping) next = earlier(next, adjacency.heldUntil);
  return next;
}

function reviewAt(
  neighbour: Neighbour,
  alive: readonly Adjacency[],
  best: Adjacency | undefined,
  now: Instant,
): Instant | undefined {
  let next: Instant | undefined;
  for (const adjacency of alive) {
    if (best === undefined || !outranks(neighbour, adjacency, best) || hasProven(adjacency, now)) continue;
    next = earlier(next, adjacency.returnedAt + RETURN_AFTER_MS);
  }
  return next;
}

function hasProven(adjacency: Adjacency, now: Instant): boolean {
  return now - adjacency.returnedAt >= RETURN_AFTER_MS;
}

/** By configuration alone: round trips change from hello to hello, and no flow should follow them. */
function outranks(neighbour: Neighbour, adjacency: Adjacency, other: Adjacency): boolean {
  return rankOf(neighbour, adjacency) < rankOf(neighbour, other);
}

function byPreference(neighbour: Neighbour): (a: Adjacency, b: Adjacency) => number {
  return (a, b) =>
    rankOf(neighbour, a) - rankOf(neighbour, b) || (a.rttMs ?? Number.MAX_VALUE) - (b.rttMs ?? Number.MAX_VALUE);
}

/** A link that the configuration does not name for this peer comes last. */
function rankOf({ preference }: Neighbour, { link }: Adjacency): number {
  const index = preference.indexOf(link.name);
  return index < 0 ? preference.length : index;
}
