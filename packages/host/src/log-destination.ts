import { fstatSync, readlinkSync } from "node:fs";

/** Where the lines of this process's log go. */
export type LogDestination =
  | { readonly kind: "journal" | "terminal" | "elsewhere" }
  | { readonly kind: "file"; readonly path: string };

const STDERR = 2;

/** What standard error is; systemd names its own in JOURNAL_STREAM (sd_journal_stream_fd(3)). */
export function logDestination(environment: NodeJS.ProcessEnv): LogDestination {
  try {
    const status = fstatSync(STDERR);
    if (environment["JOURNAL_STREAM"] === `${status.dev}:${status.ino}`) return { kind: "journal" };
    if (process.stderr.isTTY) return { kind: "terminal" };
    if (status.isFile()) return { kind: "file", path: readlinkSync(`/proc/self/fd/${STDERR}`) };
  } catch {
    // Closed, or a system without /proc.
  }
  return { kind: "elsewhere" };
}
