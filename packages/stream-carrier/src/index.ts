export { dialBackOff } from "./dial-back-off.ts";
export type { CarriedStream, DialStream } from "./carried-stream.ts";
export { carriedStreamOf } from "./carried-stream.ts";
export { CarrierLink, type CarrierLinkOptions } from "./carrier-link.ts";
export { readEndName } from "./end-name.ts";
export { explainDial } from "./explain-dial.ts";
export {
  FRAME_MTU_DEFAULT,
  FRAME_MTU_MAX,
  FRAME_MTU_MIN,
  FRAME_MTU_SCHEMA,
  objectOf,
  parseCommand,
  parseFrameMtu,
  parseListen,
  parseTexts,
  splitAddress,
} from "./link-config.ts";
export { LineReader } from "./line-reader.ts";
