import { readdirSync } from "node:fs";
import { isFfiPossible } from "./open-loopback-socket.ts";

const DESCRIPTORS = "/proc/self/fd";
const STANDARD_ERROR = 2;

let kept: Promise<void> | undefined;

/**
 * Keeps from our children what this process was started with beside standard input, output and error: the program that
 * started a node may have had files and sockets open that no link should see. Node.js keeps back what it opens itself, and
 * of what it inherits only the descriptors before the first gap. Where there is no FFI nothing is done.
 */
export function keepInheritedDescriptors(): Promise<void> {
  kept ??= keep();
  return kept;
}

async function keep(): Promise<void> {
  if (!isFfiPossible()) return;
  try {
    const { keepFromChildren } = await import("./libc.ts");
    for (const name of readdirSync(DESCRIPTORS)) if (Number(name) > STANDARD_ERROR) keepFromChildren(Number(name));
  } catch {
    // No koffi, no glibc or no /proc.
  }
}
