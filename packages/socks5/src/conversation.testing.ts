/** Runs a server machine against what a client sends, for the tests, and notes everything that it does. */
import type { Socks5CloseReason } from "./close-reason.ts";
import { Socks5Server, type Socks5ServerOptions } from "./socks5-server.ts";
import type { Socks5Request } from "./request.ts";

/** All that came out of a server. */
export interface Conversation {
  readonly server: Socks5Server;
  /** What the client was sent, as hexadecimal, one string for each transmit. */
  readonly sent: string[];
  readonly requests: { readonly request: Socks5Request; readonly user: string | undefined }[];
  readonly closes: Socks5CloseReason[];
}

/** A conversation that begins at instant 0, in which the client sends `reads`, one call for each, all at instant 0. */
export function converse(options: Socks5ServerOptions, ...reads: readonly Uint8Array[]): Conversation {
  const conversation: Conversation = { server: new Socks5Server(options, 0), sent: [], requests: [], closes: [] };
  for (const octets of reads) receive(conversation, octets);
  return conversation;
}

/** Hands `octets` in as a driver does: borrowed, and overwritten after the call. */
export function receive(conversation: Conversation, octets: Uint8Array, now: number = 0): void {
  const borrowed = octets.slice();
  conversation.server.handleReceive(borrowed, now);
  borrowed.fill(0xa5);
  drain(conversation);
}

/** Notes what the server wants to send and tell. */
export function drain({ server, sent, requests, closes }: Conversation): void {
  for (let octets = server.pollTransmit(); octets !== undefined; octets = server.pollTransmit())
    sent.push(octets.toHex());
  for (let event = server.pollEvent(); event !== undefined; event = server.pollEvent()) {
    if (event.type === "request") requests.push({ request: event.request, user: event.user });
    else closes.push(event.reason);
  }
}
