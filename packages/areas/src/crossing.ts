/**
 * One crossing, as one node on its way knows it:
 *
 *   asking host ──▶ gateway ──▶ … ──▶ gateway ──▶ host asked for
 *               up         down
 *
 * Frames for the host go down under the label that the node behind gave for it, and those back go up likewise; a gateway
 * gives either neighbour on the way a label of its own (a binding segment, RFC 8402 section 5). It sees no key of the session.
 */
import type { Instant } from "@flor/machine";
import { ANY_ROOM, type Room } from "./room.ts";

/** Which end of the channel between two nodes this one is: it opened it and asks, or the other did and this one is asked. */
export type Side = "asking" | "asked";

/** The neighbour on the way, in one direction. */
export interface CrossingEnd {
  /** Node key. */
  readonly peer: string;
  readonly id: number;
  /** Under which it takes frames that go on; 0: its delivery label. */
  label: number;
  /** From it on. */
  room: Room;
  /** What it was told of the way through this node. */
  told: Room;
  /** This node's label for frames that come from it and go the other way; `undefined`: none, as they end here or have no way yet. */
  ownLabel: number | undefined;
}

/** Who asks for whom. Networks are root keys, all keys 64 hexadecimal digits. */
export interface CrossingSubject {
  readonly origin: string;
  readonly key: string;
  readonly network: string;
  readonly host: string;
}

/** See the head of this file. */
export class Crossing {
  readonly subject: CrossingSubject;
  /** Towards who asks; `undefined`: this node does. */
  readonly up: CrossingEnd | undefined;
  /** Towards whom it asks for; `undefined`: that is this node, or nobody was asked yet. */
  down: CrossingEnd | undefined;
  isOpen = false;
  /** Asks that were sent down, and not answered yet. */
  unanswered = 0;
  /** The key of the host that is asked for, once it answered. */
  hostKey: string | undefined;
  /** The asking host's records as its gateway brought them; `undefined`: it is a member of a network of this node's own. */
  records: Uint8Array | undefined;
  /** Gateways that the ask went through before this node. */
  gateways = 0;
  /** Neighbours that were asked, and said no or nothing. */
  readonly tried: Set<string> = new Set();
  /** It is over then, unless it is asked for again. */
  endAt: Instant = Infinity;

  constructor(subject: CrossingSubject, up: CrossingEnd | undefined) {
    this.subject = subject;
    this.up = up;
  }
}

/** A new end. */
export function endOf(peer: string, id: number, label = 0, room: Room = ANY_ROOM): CrossingEnd {
  return { peer, id, label, room, told: ANY_ROOM, ownLabel: undefined };
}
