import { type LogDestination, logDestination, type LogPage, type LogRing } from "@flor/host";

/** A client that waits for the next line is answered within this time. */
export const LOGS_WAIT_MAX_MS = 3000;

/** The answer to `logs`. */
export interface LogsAnswer extends LogPage {
  /** Where all of the log goes. */
  readonly goesTo: LogDestination;
}

/**
 * Lines of the log from `after` on, of `level` (a number of pino) and above. @param params with `wait`, the answer comes
 * when there is a new line, or after 3 s
 */
export async function logsAfter(
  log: LogRing,
  { after, level, wait }: Readonly<Record<string, unknown>>,
): Promise<LogsAnswer> {
  const from = countOf(after);
  if (wait === true) await log.wait(from, LOGS_WAIT_MAX_MS);
  return { ...log.page(from, countOf(level)), goesTo: logDestination(process.env) };
}

function countOf(value: unknown): number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
