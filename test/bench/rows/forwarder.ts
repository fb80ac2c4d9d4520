import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { StartedProcess } from "@flor/testkit";
import type { Carriage, FloodOrder, FloodReport, ForwarderReady } from "../forwarder/forwarder-order.ts";
import type { Figures, Row } from "./row.ts";

/** A bundle holds 43 of the long frames. */
const FRAME_OCTETS = [1400, 100];
const CARRIAGES: readonly Carriage[] = ["wire", "flor-io"];
const NAME_OF_CARRIAGE: Readonly<Record<Carriage, string>> = { wire: "GSO", "flor-io": "Flor IO" };
const SECONDS = 3;
const REPORT_TIMEOUT_MS = 30_000;
/** The forwarder has a core of its own, and its flooders have another. */
const FORWARDER_CORE = 1;
const FLOOD_CORE = 0;

/** Labelled frames through the forwarder alone, a second and a second of its processor. */
export const forwarderRow: Row = {
  name: "forwarder",
  only: ["flor"],
  fresh: true,
  measure: async () => {
    let figures: Figures = {};
    for (const carriage of CARRIAGES)
      for (const octets of FRAME_OCTETS) figures = { ...figures, ...(await measure(carriage, octets)) };
    return figures;
  },
};

async function measure(carriage: Carriage, frameOctets: number): Promise<Figures> {
  await using forwarder = start(FORWARDER_CORE, "forwarder.ts", carriage);
  const [ready] = await forwarder.waitForOutput(/^\{.*\}$/m);
  const order: FloodOrder = {
    forwarder: JSON.parse(ready) as ForwarderReady,
    pid: forwarder.pid,
    frameOctets,
    seconds: SECONDS,
  };
  await using flood = start(FLOOD_CORE, "flood.ts", JSON.stringify(order));
  const [said] = await flood.waitForOutput(/^\{.*\}$/m, REPORT_TIMEOUT_MS);
  const { frames, seconds, processorSeconds } = JSON.parse(said) as FloodReport;
  const name = `${frameOctets} octets by ${NAME_OF_CARRIAGE[carriage]}`;
  return {
    [`M frames/s, ${name}`]: frames / seconds / 1e6,
    [`M frames/CPU s, ${name}`]: frames / processorSeconds / 1e6,
  };
}

/** Starts one of the processes on a core, where there are two. */
function start(core: number, file: string, argument: string): StartedProcess {
  const program = [process.execPath, fileURLToPath(new URL(`../forwarder/${file}`, import.meta.url)), argument];
  // taskset(1) becomes the program it starts: the pid stays.
  const pinned = availableParallelism() > 1 ? ["taskset", "-c", String(core), ...program] : program;
  return StartedProcess.start(pinned[0]!, pinned.slice(1));
}
