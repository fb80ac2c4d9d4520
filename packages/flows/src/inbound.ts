import type { DatagramRouter } from "./datagram-client.ts";
import type { LocalSocket } from "./local-socket.ts";
import type { Request } from "./request.ts";

/** A way in: how clients say what they want. Sans-IO; `packages/inbounds` has a folder for each. */
export interface Inbound {
  /** Its key in the configuration. */
  readonly kind: string;
  /** A client connected. */
  converse(socket: LocalSocket): Conversation;
}

/** One client, from its connection to its request. It writes its answers to the client's socket. */
export interface Conversation {
  /**
   * Octets of the client, borrowed, in any split; first of all none, since some clients need not say a word. It is not
   * called again once it returned a request or a refusal. It holds a bounded number of octets.
   */
  handleOctets(octets: Uint8Array): Progress;
}

/** Where a conversation stands. */
export type Progress =
  | { readonly state: "incomplete" }
  | { readonly state: "requested"; readonly request: Request }
  /** The client wants its datagrams passed on, and is heard by what was begun. */
  | { readonly state: "associated"; readonly begin: (router: DatagramRouter) => void }
  /** The client was told why, as far as its protocol has words for it. The reason is for counters and logs. */
  | { readonly state: "refused"; readonly reason: string };

/** The conversation goes on. */
export const INCOMPLETE: { readonly state: "incomplete" } = { state: "incomplete" };
