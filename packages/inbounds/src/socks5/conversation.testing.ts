/** Runs a SOCKS5 conversation against what a client sends, for the tests, and notes everything that it does. */
import type { LocalSocket, Request } from "@flor/flows";
import { Socks5Conversation } from "./socks5-conversation.ts";
import type { Users } from "../users.ts";

/** Who may ask. */
export interface Socks5Options {
  readonly users?: Users;
}

/** All that came of a client. */
export interface Conversation {
  readonly server: Socks5Conversation;
  /** What the client was sent, as hexadecimal, one string for each write. */
  readonly sent: string[];
  readonly requests: Request[];
  readonly closes: string[];
}

/** A conversation in which the client sends `reads`, one call for each. */
export function converse({ users }: Socks5Options, ...reads: readonly Uint8Array[]): Conversation {
  const sent: string[] = [];
  const conversation = { server: new Socks5Conversation(socketOf(sent), users), sent, requests: [], closes: [] };
  for (const octets of reads) receive(conversation, octets);
  return conversation;
}

/** Hands `octets` in as a driver does: borrowed, overwritten after the call, and none after the end. */
export function receive({ server, requests, closes }: Conversation, octets: Uint8Array): void {
  if (requests.length + closes.length > 0) return;
  const borrowed = octets.slice();
  const progress = server.handleOctets(borrowed);
  borrowed.fill(0xa5);
  if (progress.state === "requested") requests.push(progress.request);
  else if (progress.state === "refused") closes.push(progress.reason);
}

function socketOf(sent: string[]): LocalSocket {
  return {
    write(octets) {
      sent.push(octets.toHex());
      return 0;
    },
    listen: () => {},
    end: () => {},
    reset: () => {},
    pause: () => {},
    resume: () => {},
  };
}
