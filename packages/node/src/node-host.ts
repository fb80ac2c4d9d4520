import type { Instant } from "@flor/machine";
import type { DatagramDrop, LocalSocket } from "@flor/flows";
import type { ServiceRecord } from "@flor/service";
import type { Cause, Destination } from "@flor/wire";
import type { NetworkTime } from "./network-time.ts";
import type { ServiceClient, ServiceTarget } from "./services/publication.ts";

/** A target that is no service of another network: that is reached through the node itself. */
export type HostTarget = Exclude<ServiceTarget, { kind: "service" }>;

/** What became of a dial; exactly one of the two is called, once, unless it was cancelled. */
export interface DialOutcome {
  /** The connection stands; nothing is read before its `listen`. */
  connected(socket: LocalSocket, boundAddress: Uint8Array, boundPort: number): void;
  failed(cause: Cause, text: string): void;
}

/** One neighbour as a link is told of it (proto/flor_io.proto, Neighbour). */
export interface WantedNeighbour {
  readonly key: string;
  readonly address: string;
  readonly token: Uint8Array;
  readonly port: number;
  readonly peer: string;
  /** Where it may be, should it be behind a NAT; told to links that can look for it. */
  readonly candidates?: string[];
  readonly candidateToken?: Uint8Array;
  readonly round?: number;
}

/** Everything that a node needs of the machine it runs on. */
export interface NodeHost {
  randomFill(octets: Uint8Array): void;
  /** For what comes between two turns, as datagrams of clients do; absent: the last turn's time will do. */
  now?(): Instant;
  /** Seconds since 1970, by the network's time where there is one. */
  unixSeconds(): number;
  /** What peers say of the time goes there; absent: the machine's clock alone counts. */
  readonly networkTime?: NetworkTime;
  /** Connects to a destination for a peer, by the egress policy; the result cancels it. */
  dial(destination: Destination, peer: string, outcome: DialOutcome): () => void;
  /**
   * Connects to the target of a service of this node for a client; the result cancels it.
   *
   * @param drop told of every datagram of a UDP target that goes nowhere
   */
  dialTarget(
    target: HostTarget,
    client: ServiceClient,
    drop: (reason: DatagramDrop) => void,
    outcome: DialOutcome,
  ): () => void;
  /** What this node publishes changed; all of it. */
  handleOwnRecords(records: readonly ServiceRecord[]): void;
  /**
   * Opens a socket for a peer's UDP flow; the result cancels it.
   *
   * @param destination `undefined`: for any destinations, each judged when it is named
   * @param drop told of every datagram that goes nowhere
   */
  openDatagrams(
    destination: Destination | undefined,
    peer: string,
    drop: (reason: DatagramDrop) => void,
    outcome: DialOutcome,
  ): () => void;
  /** Tells a link its neighbours, whole. */
  setNeighbours(link: string, neighbours: readonly WantedNeighbour[]): void;
  /** Wants `FlorNode.turn` soon. */
  wake(): void;
  log(level: "debug" | "info" | "warn" | "error", step: string, fields: Readonly<Record<string, unknown>>): void;
}
