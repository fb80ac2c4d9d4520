/** The folder of a demo: it holds keys until the nodes have read them, and goes with the demo. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

const PREFIX = "flor-demo-";
const NAME = new RegExp(`^${PREFIX}(?<pid>\\d+)-`);

/** Makes an empty folder of mode 0700 in `parent`. */
export function makeDemoFolder(parent: string): string {
  return mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
}

/** Removes the folders of demos of this user that were killed. */
export function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = NAME.exec(name)?.groups?.["pid"];
    if (pid === undefined || isAlive(Number(pid))) continue;
    try {
      rmSync(join(parent, name), { recursive: true, force: true });
    } catch {
      // Another user's.
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user, then.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
