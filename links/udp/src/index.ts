export { type UdpConfig, parseUdpConfig } from "./udp-config.ts";
export { udpLink } from "./udp-link.ts";
