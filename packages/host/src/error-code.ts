import { getSystemErrorName } from "node:util";

/** The system's name of an error such as `EMFILE`, or what else the error calls itself. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, errno } = error as NodeJS.ErrnoException;
  // Node.js calls failures of some calls ERR_SYSTEM_ERROR, and keeps the number.
  if (code === "ERR_SYSTEM_ERROR" && errno !== undefined && errno < 0) return getSystemErrorName(errno);
  return code ?? error.message;
}
