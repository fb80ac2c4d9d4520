import type { Instant } from "@flor/machine";
import type { Destination } from "@flor/wire";
import type { DatagramDoor } from "./local-socket.ts";
import type { Relay } from "./relay.ts";

/** Who has a stream of a session. */
export interface StreamUser {
  /**
   * The stream has octets, or was reset.
   *
   * @returns octets moved to a socket; as many as `budget` when there may be more
   */
  handleReadable(budget: number): number;
  /** The session is gone. */
  handleCarrierLost(): void;
}

/** One client's connection to one target, at either end. */
export interface Flow extends StreamUser {
  readonly startedAt: Instant;
  /** `undefined`: the peer has not said yet. */
  readonly destination: Destination | undefined;
  readonly network: "tcp" | "udp";
  /** `undefined`: a flow of TCP, or not open yet. */
  readonly datagrams: DatagramDoor | undefined;
  /** `undefined`: not open yet. */
  readonly relay: Relay | undefined;
}
