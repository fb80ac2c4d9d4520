import { faultOfProgram } from "./program-file.ts";

/** What is known of a link process that did not become ready. */
export interface LinkFailure {
  readonly program: string;
  /** `PATH` of the process. */
  readonly searchPath: string;
  /** How it ended or what it did not do, e.g. `exited with code 1`. */
  readonly reason: string;
  /** It is a link, as its exit code says: its configuration is wrong. @default false */
  readonly isConfiguration?: boolean;
  /** Whether there was a process. */
  readonly isStarted: boolean;
  /** What it said on Flor IO, in words; `undefined`: nothing. */
  readonly heard: string | undefined;
  /** Its last lines, oldest first. */
  readonly recentLines: readonly string[];
}

/** Lines shown. */
const LINES_SHOWN = 5;

/**
 * Why a link did not become ready, as one paragraph: what happened, what is wrong with its file, what it said last.
 * Never rejects.
 */
export async function diagnose(failure: LinkFailure): Promise<string> {
  const fault = await faultOfProgram(failure.program, failure.searchPath);
  const lines = failure.recentLines.slice(-LINES_SHOWN);
  return [
    failure.reason,
    fault,
    failure.isStarted && fault === undefined
      ? (failure.heard ?? (failure.isConfiguration ? undefined : "it said nothing on Flor IO: is it a link?"))
      : undefined,
    lines.length > 0 ? `its last lines: ${lines.map((line) => JSON.stringify(line)).join(", ")}` : undefined,
  ]
    .filter((part) => part !== undefined)
    .join("; ");
}
