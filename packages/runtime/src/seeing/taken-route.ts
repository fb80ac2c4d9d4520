/** Which rule sends a destination where. */
import type { Config } from "@flor/config";
import { routeFor } from "@flor/route";
import type { Destination } from "@flor/wire";

/** The route that a destination takes. */
export interface TakenRoute {
  /** As the configuration writes it. */
  readonly to: string;
  /** Names of peers, as listed there. */
  readonly through: readonly string[];
}

/** The first route of a configuration that fits; `undefined`: none does. */
export function takenRoute({ routes }: Config, destination: Destination): TakenRoute | undefined {
  const route = routeFor(routes, destination);
  return route && { to: route.to.text, through: route.through };
}
