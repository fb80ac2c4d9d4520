export { Socks5Server, HANDSHAKE_TIMEOUT_MS, type Socks5Event, type Socks5ServerOptions } from "./socks5-server.ts";
export { Socks5Users, USERS_MAX } from "./users.ts";
export type { Socks5Request } from "./request.ts";
export type { Socks5CloseReason } from "./close-reason.ts";
export type { Socks5Reply } from "./rfc1928.ts";
export type { BoundAddress } from "./reply.ts";
export { socks5ReplyOf } from "./reply-of-cause.ts";
export { PIPELINE_FULL_OCTETS, PIPELINE_MAX_OCTETS } from "./pipeline.ts";
