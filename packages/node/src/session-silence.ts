/**
 * How long sessions may be silent. A way that is gone comes back: a node between starts again, a router does, a laptop wakes.
 * Flows that stand wait for that; new ones do not wait for a session that may be dead.
 */
import type { Instant } from "@flor/machine";
import type { CarriedSession } from "./carried-session.ts";
import type { Peer } from "./peer.ts";

/** A session that was silent for this long takes no new flows, and is closed if it has none. */
export const SILENT_MAX_MS = 30_000;
/** The flows of a session that a peer opened are kept this long: a laptop that sleeps keeps them. */
export const IDLE_TIMEOUT_MS = 7_200_000;
/** Those of a session that this node opened: its clients are to learn that the other end is gone. */
export const FLOWS_PATIENCE_MS = 120_000;

/** When a session will have been silent for {@link SILENT_MAX_MS}, and something is to be done; `undefined`: nothing is. */
export function silentAt(session: CarriedSession): Instant | undefined {
  const { connection, established, supersededAt = -Infinity, isRetiring, peer } = session;
  // One that is to be replaced still takes new flows until another one stands.
  const isLeft = isRetiring && peer.session !== session;
  if (!established || connection.state !== "established" || isLeft) return undefined;
  const isKept = connection.role === "server" && supersededAt === -Infinity && hasFlows(session);
  return isKept ? undefined : Math.max(connection.heardAt, supersededAt) + SILENT_MAX_MS;
}

/** Whether anything goes over a session. */
export function hasFlows({ flows, joins }: CarriedSession): boolean {
  return flows.size + joins.size > 0;
}

/**
 * Finds out which of a peer's sessions it uses. It opens another one when it has given up what it had; of several attempts
 * that come through it closes all but one, which may be an older one.
 *
 * @param all sessions, in the order in which they began
 */
export function findCurrent(all: Iterable<ServedSession>, peer: Peer, now: Instant): void {
  const served = [...all].filter((session) => session.peer === peer && isServed(session));
  const current = served.pop();
  if (current !== undefined) current.supersededAt = undefined;
  for (const older of served) older.supersededAt ??= now;
}

/** What is looked at of a session, and set. */
export interface ServedSession extends Pick<CarriedSession, "peer" | "established" | "supersededAt"> {
  readonly connection: Pick<CarriedSession["connection"], "role" | "state">;
}

function isServed({ connection, established }: ServedSession): boolean {
  return established && connection.role === "server" && connection.state === "established";
}
