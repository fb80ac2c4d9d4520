import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where state that outlives a node is: `$XDG_STATE_HOME/flor`, or below `~/.local/state`. @throws Error without a home */
export function stateFolder(...names: readonly string[]): string {
  const base = process.env["XDG_STATE_HOME"] ?? join(homedir(), ".local/state");
  return join(base, "flor", ...names);
}

/** The same, made, mode 0700. @throws Error of the system */
export function makeStateFolder(...names: readonly string[]): string {
  const folder = stateFolder(...names);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
