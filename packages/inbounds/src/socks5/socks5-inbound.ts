import type { OpenClientDatagrams } from "../client-datagrams.ts";
import type { Inbound } from "@flor/flows";
import { Socks5Conversation } from "./socks5-conversation.ts";
import { Users } from "../users.ts";

/** SOCKS5, and nothing else (RFC 1928). @param users passwords by user name (RFC 1929); `undefined`: everybody may ask */
export function createSocks5Inbound(
  users: ReadonlyMap<string, string> | undefined,
  openSocket?: OpenClientDatagrams,
): Inbound {
  const known = users && new Users(users);
  return { kind: "socks5", converse: (socket) => new Socks5Conversation(socket, known, openSocket) };
}
