import type { Instant } from "@flor/machine";
import type { StreamConnection } from "./stream-connection.ts";

/** Neighbours say something every second; who was silent for this long has perhaps gone without a word. */
const SILENT_MS = 3000;

/** The outcome for two streams to one neighbour. */
export interface ChosenConnection {
  /** Carries what we send. */
  readonly kept: StreamConnection;
  readonly other: StreamConnection;
  /** Both ends dialled: frames may still be under way on the other one, so the end that dialled it closes it. */
  readonly isCrossing: boolean;
}

/**
 * Chooses between two streams to one neighbour: the newer one. But when both ends dialled at once, each would keep
 * what the other closes; then it is the one dialled by the end whose name is lower, as both ends agree.
 *
 * @param ownName 16 octets
 */
export function chooseConnection(
  older: StreamConnection,
  newer: StreamConnection,
  ownName: Uint8Array,
  now: Instant,
): ChosenConnection {
  const peerName = newer.peer?.name ?? ownName;
  const isOneEnd = Buffer.compare(peerName, older.peer?.name ?? ownName) === 0;
  const isCrossing = isOneEnd && older.isDialled !== newer.isDialled && now - older.heardAt < SILENT_MS;
  const isOursKept = Buffer.compare(ownName, peerName) < 0;
  if (isCrossing && older.isDialled === isOursKept) return { kept: older, other: newer, isCrossing };
  return { kept: newer, other: older, isCrossing };
}
