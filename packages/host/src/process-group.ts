/**
 * Links run in process groups of their own: a Ctrl-C at the terminal reaches the node alone, which then stops its
 * links in order; and what a link has started ends with it.
 */

const guarded = new Set<number>();

/** Sends a signal to every process of a group. A group that is gone is no error. */
export function signalGroup(leader: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(process.platform === "win32" ? leader : -leader, signal);
  } catch {
    // ESRCH: nobody is left. EPERM: a member changed its user; the leader's stdin tells it to go.
  }
}

/** Kills the group when this process exits, however it exits short of SIGKILL; the result undoes it. */
export function guardGroup(leader: number): () => void {
  if (guarded.size === 0) process.on("exit", killGuarded);
  guarded.add(leader);
  return () => {
    guarded.delete(leader);
    if (guarded.size === 0) process.off("exit", killGuarded);
  };
}

function killGuarded(): void {
  for (const leader of guarded) signalGroup(leader, "SIGKILL");
}
