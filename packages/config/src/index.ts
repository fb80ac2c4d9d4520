export { parsePublication } from "./assemble-services.ts";
export * from "./config.ts";
export { type ConfigIssue, issueText } from "./config-issue.ts";
export { CONFIG_MAX_OCTETS } from "./config-file.ts";
export { type Effect, effectOf } from "./effects.ts";
export { createKeyFile, readKeyFile } from "./key-file.ts";
export { type LoadedConfig, loadConfig, parseConfig } from "./load-config.ts";
export { configSchema } from "./schema.ts";
export { NAME } from "./schema-fields.ts";
