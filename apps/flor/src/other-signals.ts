/** Signals that end a process by default, and not a node: docs/signals.md has all of them. */
import type { RunningNode } from "@flor/runtime";
import { hasTerminal } from "./stop-request.ts";

const IGNORED = ["SIGUSR1", "SIGUSR2", "SIGALRM", "SIGIO"] as const;

/** Logs and ignores what means nothing to a node; SIGHUP reloads it where no terminal can hang up. Until it is disposed. */
export function handleOtherSignals(node: Pick<RunningNode, "log" | "reload">): Disposable {
  const ignore = (signal: NodeJS.Signals): void =>
    node.log.write("warn", "signal-ignored", {
      signal,
      advice: "stop a node with SIGTERM, inspect it with flor status",
    });
  // What is wrong with the file is in the log and in the status.
  const reload = (): void => void node.reload().catch(() => {});
  for (const signal of IGNORED) process.on(signal, ignore);
  if (!hasTerminal()) process.on("SIGHUP", reload);
  return {
    [Symbol.dispose]() {
      for (const signal of IGNORED) process.off(signal, ignore);
      process.off("SIGHUP", reload);
    },
  };
}
