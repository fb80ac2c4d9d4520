export { type PtConfig, parsePtConfig } from "./pt-config.ts";
export { ptLink } from "./pt-link.ts";
