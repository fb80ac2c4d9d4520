import type { Destination } from "@flor/wire";
import { type DestinationPattern, matchesTarget } from "./destination-pattern.ts";

/** Destinations that fit `to` leave the overlay at the node of the peer `through`. */
export interface Route {
  readonly to: DestinationPattern;
  /** Names of peers, the preferred one first. */
  readonly through: readonly string[];
}

/** The peers of the first route that fits; none: no route, and nothing goes out on another way. */
export function candidatesOf(routes: readonly Route[], { target, port }: Destination): readonly string[] {
  return routes.find(({ to }) => matchesTarget(to, target, port))?.through ?? [];
}
