import type { NodeProcess } from "@flor/testkit";

/** A line that a node logged, as far as tests look at it. */
export interface LogEntry {
  readonly msg: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly link?: string;
  readonly state?: string;
  readonly pid?: number;
  readonly peer?: string;
}

const LOOK_AGAIN_MS = 10;

/** What a node has logged so far, oldest first. */
export function logOf(node: NodeProcess): readonly LogEntry[] {
  // What is behind the last end of a line is not whole yet.
  const lines = node.process.output.split("\n").slice(0, -1);
  return lines.flatMap((line) => parse(line) ?? []);
}

/** The first entry that `isWanted`, after this instant; waits for it, and rejects with the log when none comes. */
export async function waitForLog(
  node: NodeProcess,
  isWanted: (entry: LogEntry) => boolean,
  sinceMs: number,
  timeoutMs: number = 60_000,
): Promise<LogEntry> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline;) {
    const entry = logOf(node).find((one) => one.at >= sinceMs && isWanted(one));
    if (entry !== undefined) return entry;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  throw new Error(`node ${node.name} logged nothing wanted in ${timeoutMs} ms:\n${node.process.output}`);
}

/** The link's next readiness after this instant. */
export function linkReady(node: NodeProcess, sinceMs: number, timeoutMs?: number): Promise<LogEntry> {
  return waitForLog(node, ({ msg, state }) => msg === "link-state" && state === "ready", sinceMs, timeoutMs);
}

/** The process of the node's first link. */
export async function linkPid(node: NodeProcess): Promise<number> {
  return node.waitFor(({ links }) => (links[0]?.state === "ready" ? links[0].pid : undefined), "its link is ready");
}

function parse(line: string): LogEntry | undefined {
  if (!line.startsWith("{") || !line.endsWith("}")) return undefined;
  const { time, ...entry } = JSON.parse(line) as LogEntry & { readonly time: string };
  return { ...entry, at: Date.parse(time) };
}
