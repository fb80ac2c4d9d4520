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
export { type Route, candidatesOf } from "./routes.ts";
