export { parseAuthority } from "./authority.ts";
export type { ClientDatagrams, ClientDatagramsOwner, OpenClientDatagrams } from "./client-datagrams.ts";
export { DatagramForward } from "./forward/datagram-forward.ts";
export { createInbound, INBOUND_KINDS, type InboundKind, type InboundSettings, UDP_INBOUND } from "./inbound-kinds.ts";
export { createSocks5Inbound } from "./socks5/socks5-inbound.ts";
export { LoginGuard, type LoginPlace } from "./login-guard.ts";
