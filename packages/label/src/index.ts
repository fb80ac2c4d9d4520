export type { Nhlfe } from "./nhlfe.ts";
export { IncomingLabelMap, LABEL_BINDINGS_MAX, LABEL_REST_MS } from "./incoming-label-map.ts";
export { FecToNhlfe, isSameWay, type LabelPath } from "./fec-to-nhlfe.ts";
export { isBottom, labelOf, outgoingTtl, pushStack, trafficClassOf, writeTtl } from "./stack.ts";
