import { rmSync } from "node:fs";

/** Removes a folder and what is in it, also while a process that was just killed writes its last file there. */
export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
