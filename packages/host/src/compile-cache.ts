/** Compiled code on disk, so that a process starts without parsing and compiling: a third of a node's start. */
import { existsSync, mkdirSync, statSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

const VARIABLE = "NODE_COMPILE_CACHE";

/**
 * Keeps compiled code in `$XDG_CACHE_HOME/flor`, else `~/.cache/flor`, also for the processes that inherit `environment`; to be called before
 * anything large is imported. Without a folder of this user's alone nothing is kept. A folder that `environment` names already stays.
 */
export function keepCompiledCode(environment: Record<string, string | undefined>): void {
  if (environment[VARIABLE] !== undefined || environment["NODE_DISABLE_COMPILE_CACHE"] !== undefined) return;
  const folder = cacheFolder(environment);
  if (folder === undefined) return;
  enableCompileCache(folder);
  environment[VARIABLE] = folder;
}

/** What is read from here is run: it must be nobody else's. */
function cacheFolder(environment: Readonly<Record<string, string | undefined>>): string | undefined {
  try {
    // A user of a container may have no home, which Node.js says by an exception.
    const base = environment["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
    if (!isAbsolute(base)) return undefined;
    const folder = join(base, "flor");
    // One by one: asked to make what is above too, Node.js never returns where the system says ENOENT, as in /proc.
    for (const path of [base, folder]) if (!existsSync(path)) mkdirSync(path, 0o700);
    const { uid, mode } = statSync(folder);
    return uid === process.getuid?.() && (mode & 0o022) === 0 ? join(folder, "compiled") : undefined;
  } catch {
    return undefined;
  }
}
