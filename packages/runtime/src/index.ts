export { FlorError, type FlorErrorCode } from "./errors.ts";
export { openNodeControl } from "./control/open-node-control.ts";
export type { BuiltinLinkKind } from "./links/create-link.ts";
export { layersAsOne } from "./northbound/layers-beneath.ts";
export { type RunningNode, type RunNodeOptions, runNode } from "./run-node.ts";
