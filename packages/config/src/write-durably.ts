import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file of mode 0600, by way of `path.new`: whole or not at all, and on the disk when it returns.
 *
 * @throws the system's error; what was there before stays
 */
export function writeDurably(path: string, content: string | Uint8Array): void {
  const beside = `${path}.new`;
  rmSync(beside, { force: true });
  try {
    writeFileSync(beside, content, { mode: 0o600, flag: "wx", flush: true });
    renameDurably(beside, path);
  } catch (error) {
    // What did not fit takes room from what is tried next.
    rmSync(beside, { force: true });
    throw error;
  }
}

/** Renames a file; the name is on the disk when this returns. @throws the system's error */
export function renameDurably(from: string, to: string): void {
  renameSync(from, to);
  flushName(to);
}

/** Has the name of a new file on the disk when it returns, where the file system and the folder's mode let one ask for that. */
export function flushNameIfPossible(path: string): void {
  try {
    flushName(path);
  } catch {
    // The file is there, and its name a few seconds later.
  }
}

/** The name of a file is on the disk when its folder is. */
function flushName(path: string): void {
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
