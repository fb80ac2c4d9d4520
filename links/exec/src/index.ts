export { type ExecConfig, parseExecConfig } from "./exec-config.ts";
export { execLink } from "./exec-link.ts";
