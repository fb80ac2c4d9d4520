/** Loaded before a node's own program (`node --import`): on SIGUSR2 it collects garbage, and says what is left, octets. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

process.on("SIGUSR2", () => {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.stdout.write(`${JSON.stringify({ collected: heapUsed + arrayBuffers })}\n`);
});
