import type { Instant } from "@flor/machine";
import type { LocalConsumer } from "./forward.ts";
import type { Peer } from "./peer.ts";
import type { AnnouncedPort } from "./ports.ts";

/** What a port of an upper node stands for: two labels, one each way, with one of our peers. */
export interface Channel extends LocalConsumer {
  readonly peer: Peer;
  readonly port: number;
  /** Frames for our upper node carry it. */
  readonly localLabel: number;
  /** Frames for the peer's upper node carry it; `undefined`: it has none on this network, as far as we know. */
  remoteLabel: number | undefined;
  /** When a frame of the peer's upper node last came. */
  heardAt: Instant;
  /** The key under which the upper node knows the port. */
  key: string;
  isAdopted: boolean;
  isJoining: boolean;
  joinAt: Instant;
  /** Joins in a row that failed. */
  failedJoins: number;
}

/** The port as the upper node is told it; `undefined`: nobody is there. */
export function announcedPortOf({ peer, port, key, remoteLabel, isAdopted }: Channel): AnnouncedPort | undefined {
  if (remoteLabel === undefined) return undefined;
  const { path, settings } = peer;
  return {
    port,
    key,
    up: path !== undefined,
    mtu: path?.payloadMtu ?? 0,
    segmentMtu: path?.unsegmentedPayloadMtu ?? 0,
    address: settings.name,
    provisional: !isAdopted,
  };
}
