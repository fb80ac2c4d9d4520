import { isatty } from "node:tty";

/** Signals that ask a process to stop in order. SIGPWR is how containers are told that their host stops. */
const STOPPING = ["SIGINT", "SIGTERM", "SIGQUIT", "SIGPWR"] as const;
/** As a shell reports a process that SIGINT ended. */
export const EXIT_INTERRUPTED = 130;
/** A signal that comes again so soon is the same wish: at Ctrl-C the terminal sends one, and npm passes on its own. */
const SAME_WISH_MS = 500;
const STANDARD_STREAMS = [0, 1, 2];

/** What means that a process is to stop, besides the signals that ask for it. */
export interface StopSigns {
  /** The end of standard input. */
  readonly stdinEnds: boolean;
  /** SIGHUP. @default true */
  readonly hangUp?: boolean;
}

/** Waits for the wish that this process stop; dispose it when the process ends by itself. */
export interface StopRequest extends Disposable {
  /** Settles when the wish comes. */
  readonly made: Promise<void>;
  /** What it came by, such as `SIGTERM`; empty before. */
  readonly sign: string;
}

/** The process, and its clock in milliseconds. */
interface Surroundings {
  readonly now: () => number;
  readonly exit: (code: number) => void;
}

const REAL: Surroundings = { now: () => performance.now(), exit: (code) => process.exit(code) };

/**
 * Listens for the signs that a process is to stop. A second signal ends the process at once, as a user who presses Ctrl-C
 * twice wants it; the same one within 500 ms counts once.
 */
export function listenForStop(
  { stdinEnds, hangUp = true }: StopSigns,
  { now, exit }: Surroundings = REAL,
): StopRequest {
  const { promise: made, resolve } = Promise.withResolvers<void>();
  let sign = "";
  let first: { readonly signal: NodeJS.Signals; readonly at: number } | undefined;
  const stop = (by: string): void => {
    if (sign === "") sign = by;
    resolve();
  };
  const handleSignal = (signal: NodeJS.Signals): void => {
    const isAnother = first !== undefined && (signal !== first.signal || now() - first.at >= SAME_WISH_MS);
    if (isAnother) exit(EXIT_INTERRUPTED);
    first ??= { signal, at: now() };
    stop(signal);
  };
  const handleEnd = (): void => stop("standard input ended");
  const signals = hangUp ? [...STOPPING, "SIGHUP" as const] : STOPPING;
  for (const signal of signals) process.on(signal, handleSignal);
  if (stdinEnds) process.stdin.on("close", handleEnd).on("error", handleEnd).resume();
  return {
    made,
    get sign() {
      return sign;
    },
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, handleSignal);
      // An open standard input would keep the process.
      if (stdinEnds) process.stdin.destroy();
    },
  };
}

/** Whether a person's terminal is behind standard input, output or error: nohup and service managers leave none there. */
export function hasTerminal(): boolean {
  return STANDARD_STREAMS.some((stream) => isatty(stream));
}
