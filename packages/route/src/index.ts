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
