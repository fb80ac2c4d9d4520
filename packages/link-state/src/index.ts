export { AdjacencyCost, COST_DEFAULT } from "./adjacency-cost.ts";
export { LinkStateDatabase, LINK_STATE_ORIGINS_MAX, type OriginStanding } from "./database.ts";
export {
  ADVERTISED_SERVICES_MAX,
  COST_MAX,
  type LinkStateEdge,
  type LinkStateEntry,
  parseEntry,
  signedOctets,
} from "./entry.ts";
export { FlapDamping } from "./flap-damping.ts";
export type { OwnEdge } from "./graph.ts";
export { LinkState, type LinkStateEvent, type LinkStateOptions, type LinkStateRefusal } from "./link-state.ts";
export { nodeKeyOf, octetsOfHex } from "./node-key.ts";
export { Pace } from "./pace.ts";
export { PathChoice, type PathReason, signatureOf } from "./path-choice.ts";
export { EQUAL_PATHS_MAX, type Path, Paths } from "./paths.ts";
export { type Detour, type Repair, repairOf } from "./repair.ts";
