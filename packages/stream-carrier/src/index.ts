export { dialBackOff } from "./dial-back-off.ts";
export type { CarriedStream, DialStream } from "./carried-stream.ts";
export { carriedStreamOf } from "./carried-stream.ts";
export { CarrierLink, type CarrierLinkOptions } from "./carrier-link.ts";
export { readEndName } from "./end-name.ts";
export { explainDial } from "./explain-dial.ts";
export { explainStart } from "./explain-start.ts";
export { FRAME_MTU_SCHEMA } from "./frame-mtu.ts";
export { LineReader } from "./line-reader.ts";
