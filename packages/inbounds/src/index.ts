export { parseAuthority } from "./authority.ts";
export { createInbound, INBOUND_KINDS, type InboundKind, type InboundSettings } from "./inbound-kinds.ts";
export { createSocks5Inbound } from "./socks5/socks5-inbound.ts";
export { LoginGuard, type LoginPlace } from "./login-guard.ts";
