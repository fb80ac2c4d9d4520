import { once } from "node:events";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** As a shell reports a process that SIGINT ended. */
const EXIT_INTERRUPTED = 130;

/**
 * Settles when the process is asked to stop, or standard input ends where that means the same. A second signal ends the
 * process at once: whoever presses Ctrl-C twice means it.
 */
export async function stopRequested(options: { readonly stdinEnds: boolean }): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let stopping = false;
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (stopping) process.exit(EXIT_INTERRUPTED);
      stopping = true;
      resolve();
    });
  }
  if (options.stdinEnds) {
    process.stdin.resume();
    void once(process.stdin, "close").then(() => resolve());
  }
  await promise;
}
