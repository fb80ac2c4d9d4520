const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** As a shell reports a process that SIGINT ended. */
export const EXIT_INTERRUPTED = 130;

/** Waits for the wish that this process stop; dispose it when the process ends by itself. */
export interface StopRequest extends Disposable {
  /** Settles when the wish comes. */
  readonly made: Promise<void>;
}

/**
 * Listens for the signals that ask a process to stop, and for the end of standard input where that means the same. A
 * second signal ends the process at once: whoever presses Ctrl-C twice means it.
 */
export function listenForStop(options: { readonly stdinEnds: boolean }): StopRequest {
  const { promise: made, resolve } = Promise.withResolvers<void>();
  let wasMade = false;
  const handleSignal = (): void => {
    if (wasMade) process.exit(EXIT_INTERRUPTED);
    wasMade = true;
    resolve();
  };
  const handleEnd = (): void => resolve();
  for (const signal of SIGNALS) process.on(signal, handleSignal);
  if (options.stdinEnds) process.stdin.on("close", handleEnd).on("error", handleEnd).resume();
  return {
    made,
    [Symbol.dispose]() {
      for (const signal of SIGNALS) process.off(signal, handleSignal);
      // An open standard input would keep the process.
      if (options.stdinEnds) process.stdin.destroy();
    },
  };
}
