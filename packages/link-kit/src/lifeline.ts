import { BOOTSTRAP_MAX_OCTETS } from "@flor/io";

/** Another sign that the node is gone, when a leaked descriptor keeps standard input open. */
const PARENT_POLL_MS = 2000;

/** Reads the bootstrap line of standard input; what follows is nothing but the lifeline. Rejects when there is none. */
export function readBootstrapLine(): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (chunk: Buffer): void => {
      text += chunk.toString("utf8");
      const end = text.indexOf("\n");
      if (end < 0 && text.length <= BOOTSTRAP_MAX_OCTETS) return;
      process.stdin.off("data", take);
      if (end < 0) reject(new Error(`no bootstrap line within ${BOOTSTRAP_MAX_OCTETS} octets of standard input`));
      else resolve(text.slice(0, end));
    };
    process.stdin.on("data", take);
    process.stdin.once("end", () => reject(new Error("standard input ended before the bootstrap line")));
    process.stdin.on("error", reject);
  });
}

/** Calls back once when the node is gone: standard input ended, or the parent process changed. */
export function watchLifeline(parentPid: number, onGone: () => void): void {
  let isGone = false;
  const gone = (): void => {
    if (isGone) return;
    isGone = true;
    onGone();
  };
  process.stdin.once("end", gone);
  process.stdin.once("close", gone);
  process.stdin.on("error", gone);
  process.stdin.resume();
  // Only a child of the node itself can tell by its parent.
  if (process.ppid !== parentPid) return;
  setInterval(() => {
    if (process.ppid !== parentPid) gone();
  }, PARENT_POLL_MS).unref();
}
