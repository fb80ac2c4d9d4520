export { type TcpConfig, parseTcpConfig } from "./tcp-config.ts";
export { tcpLink } from "./tcp-link.ts";
