import type { Roster } from "./roster.ts";

/**
 * Whether a neighbour hears of a node from one that stands in all these networks: they share one of them, or one of the
 * two is in none. Keys are 64 hexadecimal digits; `unixMs`: the wall clock.
 */
export function hearsOf(rosters: readonly Roster[], neighbour: string, node: string, unixMs: number): boolean {
  const theirs = rosters.filter((roster) => roster.isMember(neighbour, unixMs));
  const its = rosters.filter((roster) => roster.isMember(node, unixMs));
  return theirs.length === 0 || its.length === 0 || its.some((roster) => theirs.includes(roster));
}
