export * from "./frame.ts";
export * from "./label-stack-entry.ts";
export * from "./envelope.ts";
export * from "./preface.ts";
export * from "./control.ts";
export * from "./destination.ts";
export * from "./service-record.ts";
export { canonicalIpAddress, formatIpAddress, isNumericName, parseIpAddress } from "./ip-address.ts";
export * from "./utf8.ts";
