import { createColors } from "picocolors";

/** Colours, or their absence; each function takes and gives text. */
export type Style = ReturnType<typeof createColors>;

/** Where a command writes, and what it may know of its surroundings. */
export interface Terminal {
  /** Writes to standard output. */
  readonly write: (text: string) => void;
  /** Writes to standard error. */
  readonly writeError: (text: string) => void;
  /** From now on the process goes on when nobody reads what it writes, or the disk is full: a daemon has other work. */
  readonly outliveReaders: () => void;
  /** A person looks at standard output. */
  readonly isInteractive: boolean;
  /** A person looks at standard error. */
  readonly isErrorInteractive: boolean;
  readonly style: Style;
  readonly errorStyle: Style;
  readonly environment: NodeJS.ProcessEnv;
}

/** The terminal of a process: colours only where a person reads, and never with NO_COLOR (no-color.org). */
export function createTerminal(of: NodeJS.Process): Terminal {
  const wantsColour = (of.env["NO_COLOR"] ?? "") === "" && of.env["TERM"] !== "dumb";
  let endsWithReaders = true;
  for (const stream of [of.stdout, of.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      // The reader went away (`flor flows | head`): there is nobody left to tell.
      if (endsWithReaders) of.exit(error.code === "EPIPE" ? 0 : 1);
    });
  }
  return {
    write: (text) => void of.stdout.write(text),
    writeError: (text) => void of.stderr.write(text),
    outliveReaders: () => {
      endsWithReaders = false;
    },
    isInteractive: isTerminal(of.stdout),
    isErrorInteractive: isTerminal(of.stderr),
    style: createColors(wantsColour && isTerminal(of.stdout)),
    errorStyle: createColors(wantsColour && isTerminal(of.stderr)),
    environment: of.env,
  };
}

/** `isTTY` is not there at all on a pipe; `createColors(undefined)` would ask the environment, and CI says yes. */
function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY ?? false;
}
