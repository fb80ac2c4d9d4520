export { type AddressPrefix, parseAddressPrefix, prefixContains } from "./address-prefix.ts";
export {
  type DestinationPattern,
  matchesTarget,
  parseDestinationPattern,
  type PortRange,
} from "./destination-pattern.ts";
export { type Asked, decide, type Decision, decideService, ruleText, type ServiceRules } from "./decide.ts";
export {
  type EgressDecision,
  EgressPolicy,
  type EgressRule,
  type EgressRules,
  type OwnEndpoints,
  type RefusedReason,
} from "./egress-policy.ts";
export { type Route, routeFor } from "./routes.ts";
export { type SpecialBlock, specialBlocksOf } from "./special-addresses.ts";
export { admitsWho, parseWhoPattern, type Who, type WhoPattern } from "./who-pattern.ts";
