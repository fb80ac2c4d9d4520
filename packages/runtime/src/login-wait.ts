/** A client of a source that failed too often waits no longer than this for its turn. */
export const LOGIN_WAIT_MAX_MS = 10_000;

/** Whether a client whose turn comes in so many milliseconds, and that waited so many already, may wait for it. */
export function mayWait(untilTurnMs: number, waitedMs: number): boolean {
  return waitedMs + untilTurnMs <= LOGIN_WAIT_MAX_MS;
}
