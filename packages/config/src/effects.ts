import type { ConfigShape } from "./config-shape.ts";

/** What a change of a key costs a running node. */
export type Effect =
  /** Nothing: what did not change goes on. */
  | "live"
  /** The part that it belongs to, e.g. one link's process. */
  | "restarts a part"
  | "restarts the node";

/**
 * What a change of each key of the file costs: **a key that is added to the schema needs its line here**. The keys of its
 * items cost the same, but for those in {@link ITEM_EFFECTS}.
 */
export const EFFECTS: Readonly<Record<keyof ConfigShape, Effect>> = {
  name: "restarts the node",
  key: "restarts the node",
  idleTimeout: "live",
  transit: "live",
  inbounds: "live",
  outbounds: "live",
  links: "restarts a part",
  peers: "live",
  networks: "live",
  foreign: "live",
  gateway: "live",
  routes: "live",
  northbound: "live",
  metrics: "live",
  services: "live",
};

/** Keys of items whose change costs something else than their list says. */
export const ITEM_EFFECTS: Readonly<Record<string, Effect>> = {
  // Another socket: the node above attaches there.
  "northbound.socket": "restarts a part",
};

/** What a change of a key costs, e.g. of `northbound.socket`; `undefined`: nothing is declared. */
export function effectOf(key: string): Effect | undefined {
  const [list = ""] = key.split(".", 1);
  return ITEM_EFFECTS[key] ?? (Object.hasOwn(EFFECTS, list) ? EFFECTS[list as keyof ConfigShape] : undefined);
}
