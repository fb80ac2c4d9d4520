import type { Instant } from "@flor/machine";
import type { StreamConnection } from "./stream-connection.ts";

/** Neighbours say something every second; who was silent for this long has perhaps gone without a word. */
const SILENT_MS = 3000;

/**
 * Which of two streams to one neighbour stays: the newer one. But when both ends dialled at once, each would keep
 * what the other closes; then it is the one dialled by the end whose name is lower, as both ends agree.
 *
 * @param ownName 16 octets
 */
export function chooseConnection(
  older: StreamConnection,
  newer: StreamConnection,
  ownName: Uint8Array,
  now: Instant,
): StreamConnection {
  const peerName = newer.peer?.name ?? ownName;
  const isOneEnd = Buffer.compare(peerName, older.peer?.name ?? ownName) === 0;
  const isCrossing = isOneEnd && older.isDialled !== newer.isDialled && now - older.heardAt < SILENT_MS;
  if (!isCrossing) return newer;
  const isOursKept = Buffer.compare(ownName, peerName) < 0;
  return older.isDialled === isOursKept ? older : newer;
}
