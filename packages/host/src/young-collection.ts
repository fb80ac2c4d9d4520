/**
 * Node reads each datagram of `node:dgram`, and each chunk of an accepted TCP socket, into a fresh 64 KiB. They die at once, but the young generation's own
 * trigger counts JavaScript objects, of which there are few; V8 then meets the growing external memory with full
 * collections, a third of a busy node's processor time. A young collection now and then frees them for a tenth of a
 * millisecond each.
 */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Reads between two collections: 8 MiB of dead buffers. */
const READS_PER_COLLECTION = 128;

type Collect = (options: { readonly type: "minor" }) => void;

let collect: Collect | undefined;
let reads = 0;

/** Counts a read into a buffer of its own, and collects when it is time. */
export function countFreshRead(): void {
  reads += 1;
  if (reads < READS_PER_COLLECTION) return;
  reads = 0;
  collect ??= exposeCollect();
  collect({ type: "minor" });
}

function exposeCollect(): Collect {
  setFlagsFromString("--expose-gc");
  const gc: unknown = runInNewContext("gc");
  setFlagsFromString("--no-expose-gc");
  return typeof gc === "function" ? (gc as Collect) : () => {};
}
