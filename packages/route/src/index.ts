export {
  ADVERTISED_ADJACENCIES_MAX,
  ADVERTISEMENT_MAX_OCTETS,
  LINK_STATE_ORIGINS_MAX,
  type LinkStateEdge,
  type LinkStateEntry,
  LinkStateDatabase,
  nodeKeyOf,
  type OfferOutcome,
} from "./link-state.ts";
export { type OwnEdge, type Path, PathComputation } from "./paths.ts";
export { type AddressPrefix, parseAddressPrefix, prefixContains } from "./address-prefix.ts";
export {
  type DestinationPattern,
  matchesTarget,
  parseDestinationPattern,
  type PortRange,
} from "./destination-pattern.ts";
export {
  type EgressDecision,
  EgressPolicy,
  type EgressRules,
  type OwnEndpoints,
  type RefusedReason,
} from "./egress-policy.ts";
export { type Route, routeOf } from "./routes.ts";
