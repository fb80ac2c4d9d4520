/** Signals that end a process by default and mean nothing to a node: docs/signals.md has all of them. */
import type { RunningNode } from "@flor/runtime";
import { hasTerminal } from "./stop-request.ts";

const IGNORED = ["SIGUSR1", "SIGUSR2", "SIGALRM", "SIGIO"] as const;

/** Logs and ignores them until it is disposed; SIGHUP too where no terminal can hang up. */
export function ignoreSignals(log: RunningNode["log"]): Disposable {
  const handle = (signal: NodeJS.Signals): void =>
    log.write("warn", "signal-ignored", { signal, advice: "stop a node by SIGTERM, show it by flor status" });
  const signals = hasTerminal() ? IGNORED : [...IGNORED, "SIGHUP" as const];
  for (const signal of signals) process.on(signal, handle);
  return {
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, handle);
    },
  };
}
