import type { Neighbour } from "./neighbour.ts";
import type { Port } from "./port.ts";

/** What the handshake told about the other end. */
export interface Peer {
  readonly version: number;
  /** Capabilities that both ends have. */
  readonly capabilities: readonly string[];
  /** The link's program and its version; empty at the link end. */
  readonly program: string;
  readonly programVersion: string;
  /** The link's process; 0 at the link end. */
  readonly pid: number;
  /** Instance ids of the nodes on the other side of this session, 16 octets each. */
  readonly ancestry: readonly Uint8Array[];
}

/** One figure of a link's statistics. */
export interface Counter {
  readonly name: string;
  readonly value: number;
}

/** What a Flor IO end tells the layer above. A whole list replaces one that was not polled yet. */
export type FlorIoEvent =
  /** Node end: the link proved that it knows the secret; datagrams go to where its Hello came from. */
  | { readonly type: "greeted" }
  | { readonly type: "ready"; readonly peer: Peer }
  /** Node end: every port the link has. */
  | { readonly type: "ports"; readonly ports: readonly Port[] }
  /** Node end, with the capability "punch": where the link listens, as far as it can tell. */
  | { readonly type: "addresses"; readonly addresses: readonly string[] }
  /** Link end: every neighbour the node wants. */
  | { readonly type: "neighbours"; readonly neighbours: readonly Neighbour[] }
  /** A frame of `octets` octets did not fit `port`, which carries `mtu`. */
  | { readonly type: "tooBig"; readonly port: number; readonly mtu: number; readonly octets: number }
  /** Node end: the link's statistics, with the capability "stats". */
  | { readonly type: "counters"; readonly counters: readonly Counter[] }
  /** Sending is possible again after `reserve`, or a function like it, refused because there was no credit. */
  | { readonly type: "credit" }
  /** The other end will be gone in `deadlineMs`: finish what is under way. */
  | { readonly type: "drain"; readonly deadlineMs: number }
  /** The other end said farewell; the end is closed. */
  | { readonly type: "bye"; readonly reason: string }
  /** The handshake was refused, by the other end or by this one; `versions` are those of the refusing end. */
  | {
      readonly type: "rejected";
      readonly code: number;
      readonly text: string;
      readonly versions: readonly number[];
    }
  /** The other end did not understand or accept one of our messages. */
  | { readonly type: "error"; readonly code: string; readonly text: string }
  /** Nothing valid came for too long, or the handshake missed its deadline; the end is closed. */
  | { readonly type: "dead"; readonly reason: "silence" | "deadline" };
