export { FlorError, type FlorErrorCode } from "./errors.ts";
export { openNodeControl } from "./control/open-node-control.ts";
export { BUILTIN_LINKS } from "./links/builtin-link-command.ts";
export { layersAsOne } from "./northbound/layers-beneath.ts";
export { runNode } from "./run-node.ts";
export type { RunningNode, RunNodeOptions } from "./running-node.ts";
