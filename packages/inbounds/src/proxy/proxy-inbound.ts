/** One port for clients of three protocols: the first octet tells which one a client speaks, and no timer guesses. */
import { type Conversation, type Inbound, INCOMPLETE, type LocalSocket, type Progress } from "@flor/flows";
import type { OpenClientDatagrams } from "../client-datagrams.ts";
import { HttpConversation } from "../http/http-conversation.ts";
import { encodeResponse } from "../http/response.ts";
import { Socks4Conversation } from "../socks4/socks4-conversation.ts";
import { Socks5Conversation } from "../socks5/socks5-conversation.ts";
import { Users } from "../users.ts";

const SOCKS5 = 0x05;
const SOCKS4 = 0x04;
/** ContentType handshake, RFC 8446 section 5.1. */
const TLS_HANDSHAKE = 0x16;
const LETTER_A = 0x41;
const LETTER_Z = 0x5a;
const CARRIAGE_RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** SOCKS5, SOCKS4, SOCKS4a and HTTP on one port. @param users passwords by user name; `undefined`: everybody may ask */
export function createProxyInbound(
  users: ReadonlyMap<string, string> | undefined,
  openSocket?: OpenClientDatagrams,
): Inbound {
  const known = users && new Users(users);
  return { kind: "proxy", converse: (socket) => new ProxyConversation(socket, known, openSocket) };
}

class ProxyConversation implements Conversation {
  readonly #socket: LocalSocket;
  readonly #users: Users | undefined;
  readonly #openSocket: OpenClientDatagrams | undefined;
  #chosen: Conversation | undefined;

  constructor(socket: LocalSocket, users: Users | undefined, openSocket: OpenClientDatagrams | undefined) {
    this.#openSocket = openSocket;
    this.#socket = socket;
    this.#users = users;
  }

  handleOctets(octets: Uint8Array): Progress {
    const [first] = octets;
    if (this.#chosen === undefined && first !== undefined) {
      this.#chosen = this.#conversationFor(first);
      if (this.#chosen === undefined) return this.#refuse(first);
    }
    return this.#chosen?.handleOctets(octets) ?? INCOMPLETE;
  }

  #conversationFor(first: number): Conversation | undefined {
    if (first === SOCKS5) return new Socks5Conversation(this.#socket, this.#users, this.#openSocket);
    if (first === SOCKS4) return new Socks4Conversation(this.#socket, this.#users !== undefined);
    const isHttp = (first >= LETTER_A && first <= LETTER_Z) || first === CARRIAGE_RETURN || first === LINE_FEED;
    return isHttp ? new HttpConversation(this.#socket, this.#users) : undefined;
  }

  #refuse(first: number): Progress {
    if (first === TLS_HANDSHAKE) return { state: "refused", reason: "tls-client" };
    this.#socket.write(encodeResponse(400, "flor: this port speaks HTTP, SOCKS5 and SOCKS4"));
    return { state: "refused", reason: "not-a-proxy-protocol" };
  }
}
