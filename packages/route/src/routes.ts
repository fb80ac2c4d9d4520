import type { Destination } from "@flor/wire";
import { type DestinationPattern, matchesTarget } from "./destination-pattern.ts";

/** Destinations that fit `to` leave the overlay at the node of the peer `through`. */
export interface Route {
  readonly to: DestinationPattern;
  /** Names of peers, the preferred one first. */
  readonly through: readonly string[];
  /** In which order they are asked: as listed, each client's own by Maglev's table, or the nearest first. */
  readonly balance: "order" | "maglev" | "latency";
}

/** The first route that fits; `undefined`: none, and nothing goes out on another way. */
export function routeFor(routes: readonly Route[], { target, port }: Destination): Route | undefined {
  return routes.find(({ to }) => matchesTarget(to, target, port));
}
