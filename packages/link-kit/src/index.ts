export { type Neighbour, PORT_NUMBER_MAX, PORTS_MAX, PUNCH_CAPABILITY } from "@flor/io";
export { type DatagramDoor, datagramLink, type DatagramLink, type DatagramLinkDefinition } from "./datagram-link.ts";
export { explainListening } from "./explain-listening.ts";
export { LinkConfigError } from "./link-config-error.ts";
export type { LinkDefinition } from "./link-definition.ts";
export type { LogLevel, NodeDoor, PortAnnouncement } from "./node-door.ts";
export type { OpenLink } from "./open-link.ts";
export { type IndexedPort, neighbourToken, PortIndex } from "./port-index.ts";
export {
  type ConfigAlternative,
  type ConfigKeySchema,
  type LinkConfigSchema,
  missingKeys,
  readConfig,
} from "./config-schema.ts";
export { splitAddress } from "./split-address.ts";
export { ExitCode } from "./exit-code.ts";
export { runLink } from "./run-link.ts";
