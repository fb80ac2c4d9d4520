export { createSocks5Inbound } from "./socks5/socks5-inbound.ts";
export { Socks5Users, USERS_MAX } from "./socks5/users.ts";
