/**
 * Gives back what a busy process needed and an idle one does not. V8 keeps its young generation as large as the last
 * burst made it, and malloc its free pages; what only the start needed of Node's program stays mapped. After a node's start
 * that is two fifths of what is resident, most of it pages that are shared and clean.
 */
import { flushCompileCache } from "node:module";
import { performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isFfiPossible } from "./open-loopback-socket.ts";
import { programMappings } from "./unused-mappings.ts";

const PERIOD_MS = 2000;
/** Shares of a period in which the loop had work: below the first it is idle, beyond the second it was busy. */
const IDLE_SHARE = 0.02;
const BUSY_SHARE = 0.2;

type Collect = (options: { readonly type: "major"; readonly flavor: "last-resort" }) => void;

/** Once after the start, and after each busy time, when nothing happens any more. Keeps no process alive. */
export class IdleMemory implements Disposable {
  #seen = performance.eventLoopUtilization();
  #isDue = true;
  readonly #timer: NodeJS.Timeout;

  /** @param periodMs the process is looked at this often. @default 2000 */
  constructor(periodMs: number = PERIOD_MS) {
    this.#timer = setInterval(() => this.#look(), periodMs).unref();
  }

  /** Looks no more. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.#seen);
    this.#seen = now;
    if (utilization > BUSY_SHARE) this.#isDue = true;
    if (!this.#isDue || utilization > IDLE_SHARE) return;
    this.#isDue = false;
    void giveBackMemory();
  }
}

/** Stops the process for some ten milliseconds. */
async function giveBackMemory(): Promise<void> {
  const libc = await loadedLibc();
  // A process that is killed writes nothing at its exit.
  flushCompileCache();
  // Read before the collection, since it leaves half a megabyte of garbage. Nothing is awaited until they are let go of.
  const programs = libc === undefined ? [] : programMappings();
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as Collect;
  collect({ type: "major", flavor: "last-resort" });
  libc?.trimHeap();
  for (const mapping of programs) libc?.letGoOfPages(mapping);
}

/** `undefined`: no koffi, no glibc. */
async function loadedLibc(): Promise<typeof import("./libc.ts") | undefined> {
  if (!isFfiPossible()) return undefined;
  try {
    return await import("./libc.ts");
  } catch {
    return undefined;
  }
}
