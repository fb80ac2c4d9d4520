/** Runs the command line in a test's own process. */
import { createColors } from "picocolors";
import { runCommandLine } from "./command-line.ts";

/** How a command ended, and all that it printed. */
export interface FlorOutcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command with nobody at a terminal. @param folder holds its sockets, and its configuration where none is named */
export async function runFlor(folder: string, args: readonly string[]): Promise<FlorOutcome> {
  let out = "";
  let error = "";
  const code = await runCommandLine(args, {
    write: (text) => void (out += text),
    writeError: (text) => void (error += text),
    outliveReaders: () => {},
    isInteractive: false,
    isErrorInteractive: false,
    style: createColors(false),
    errorStyle: createColors(false),
    environment: { XDG_RUNTIME_DIR: folder, XDG_CONFIG_HOME: folder },
  });
  return { code, out, error };
}
