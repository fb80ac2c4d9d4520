import type { Target } from "@flor/wire";
import { type DestinationPattern, matchesTarget } from "./destination-pattern.ts";

/** Destinations that fit `to` leave the overlay at the node of the peer `through`. */
export interface Route {
  readonly to: DestinationPattern;
  /** Name of a peer. */
  readonly through: string;
}

/** The peer of the first route that fits, or `undefined`: no route, and nothing goes out on another way. */
export function routeOf(routes: readonly Route[], target: Target, port: number): string | undefined {
  return routes.find(({ to }) => matchesTarget(to, target, port))?.through;
}
