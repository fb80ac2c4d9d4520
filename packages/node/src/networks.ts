/** The networks that a node belongs to, as its core sees them; who keeps them stands outside (packages/runtime). */
import type { FreshRecord, MembershipFlooding } from "@flor/membership";
import type { JoinAnswer, JoinEnds, JoinRequest } from "./guests.ts";
import type { NetworkTime } from "./network-time.ts";

/** See the head of this file. */
export interface NodeNetworks {
  readonly flooding: MembershipFlooding;
  /**
   * Records are held that were not before: keeps them, and does what follows from them before it returns, so that who is
   * revoked is out in the same turn.
   */
  handleFresh(records: readonly FreshRecord[]): void;
  /** A guest asks to be a member; `answer` is called once, now or later. */
  handleJoin(ends: JoinEnds, request: JoinRequest, answer: (answer: JoinAnswer) => void): void;
  /** Whether what a node says of itself is taken. */
  isOfLayer(nodeKey: string): boolean;
  /** The node is in several networks, whose members hear nothing of each other. */
  readonly keepsApart: boolean;
  /** Whether a neighbour hears of a node: they share a network, or one of them is in none. */
  isTold(neighbour: string, nodeKey: string): boolean;
  /** Why a node is no member any more, in words that it is told itself; `undefined`: it never was one, or is. */
  whyGone(nodeKey: string): string | undefined;
}

/** A node that is no member yet, and asks its inviter to become one. */
export interface Joining {
  readonly request: JoinRequest;
  /** What it goes by until it is one. @default the wall clock, until peers say otherwise */
  readonly time?: NetworkTime;
  /** The request is on its way to an inviter that answers: it may be granted from now on. */
  readonly handleAsked?: () => void;
  /** @param link by which it came */
  readonly handleAnswer: (answer: JoinAnswer, link: string) => void;
}
