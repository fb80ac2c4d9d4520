import type { Cause, Destination } from "@flor/wire";
import type { LocalSocket } from "./local-socket.ts";

/** The address and port that the egress connects from. */
export interface BoundAddress {
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
  /** 0 to 65535. */
  readonly port: number;
}

/** What a client wants, whatever it speaks: all that a flow and its route need to know. */
export interface Request {
  readonly network: "tcp" | "udp";
  readonly destination: Destination;
  /** Of UDP: each datagram names its own destination; `destination` is the first one's. @default false */
  readonly isForAny?: boolean;
  /** Networks that the flow crossed before this node's. @default 0 */
  readonly hops?: number;
  /** Who asks, where the inbound has users. */
  readonly user: string | undefined;
  /** What the client sent behind its request, in octets of their own: they travel with the open. */
  readonly early: Uint8Array;
  /** The client's connection. From now on its octets are the flow's. */
  readonly socket: LocalSocket;
  /**
   * Tells the client the outcome, once. After `OK` the octets of the target follow; after any other cause the socket is
   * ended. @param bound what the egress told; `undefined`: nothing
   */
  reply(cause: Cause, bound: BoundAddress | undefined): void;
}
