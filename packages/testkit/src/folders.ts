import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atEnd } from "./at-end.ts";

/** Those that this process has made and not removed. */
const living = new Set<string>();

/**
 * Makes a folder that goes with this process, at the latest.
 *
 * @param stem its name begins with that
 * @param parent @default where this machine has such things
 */
export function makeFolder(stem: string, parent: string = tmpdir()): string {
  const folder = mkdtempSync(join(parent, stem));
  atEnd(removeLiving);
  living.add(folder);
  return folder;
}

/** Removes a folder and what is in it, also while a process that was just killed writes its last file there. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  living.delete(folder);
}

function removeLiving(): void {
  for (const folder of living) removeFolder(folder);
}
