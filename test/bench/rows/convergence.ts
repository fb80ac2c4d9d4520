import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { descendants, findTool, processorSeconds } from "@flor/testkit";
import { Field } from "../../netns/field.ts";
import { diamond } from "../../netns/field-plan.ts";
import { Probe } from "../../netns/probe.ts";
import { busiestNeighbour } from "../../netns/carried-way.ts";
import { babeld, bird, fastBabeld, type Routing, startDaemons, startFlor } from "../convergence/routing.ts";
import { installedFlor } from "../installed-flor.ts";
import type { Figures, Row } from "./row.ts";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));
/** Before what is idle is measured, and after a cable is mended. */
const SETTLE_MS = 20_000;
const IDLE_MS = 20_000;
const MINUTE_MS = 60_000;

const routings: Readonly<Record<string, (field: Field) => Promise<Routing>>> = {
  flor: async (field) => startFlor(field, await installedFlor(CHECKOUT)),
  babeld: (field) => startDaemons(field, babeld),
  "babeld, 300 ms": (field) => startDaemons(field, fastBabeld),
  "bird, OSPF and BFD": (field) => startDaemons(field, bird),
};

/** How soon a stream of datagrams goes on when a cable on its way is cut, beside routing daemons on the same machines. */
export const convergenceRow: Row = {
  name: "convergence",
  only: ["flor"],
  fresh: true,
  measure: async (): Promise<Figures> => {
    const figures: Record<string, number> = {};
    for (const [name, start] of Object.entries(routings)) {
      const program = name.split(",")[0] ?? name;
      if (program !== "flor" && findTool(program) === undefined) continue;
      for (const [figure, value] of Object.entries(await measureOne(start))) figures[`${figure}, ${name}`] = value;
    }
    return figures;
  },
};

async function measureOne(start: (field: Field) => Promise<Routing>): Promise<Figures> {
  await using field = await Field.lay(diamond);
  await using routing = await start(field);
  await sleep(SETTLE_MS);
  const idle = await idleFigures(field, routing);
  const [west, east] = [field.machine("west"), field.machine("east")];
  const from = { namespace: west.namespace, ...routing.entrance };
  await using probe = await Probe.start(from, { namespace: east.namespace, ...routing.target });
  const told = await gapOf(field, probe, false);
  const silent = await gapOf(field, probe, true);
  return { "ms, a cable that goes down": told, "ms, a silent cable": silent, ...idle };
}

async function idleFigures(field: Field, { pids }: Routing): Promise<Figures> {
  const read = async (): Promise<{ octets: number; seconds: number }> => {
    const seconds = pids.flatMap((pid) => [pid, ...descendants(pid)]).map(processorSeconds);
    return { octets: await field.sentOctets(), seconds: seconds.reduce((sum, one) => sum + one, 0) };
  };
  const before = await read();
  await sleep(IDLE_MS);
  const after = await read();
  const perMinute = MINUTE_MS / IDLE_MS;
  return {
    "octets a minute, idle": (after.octets - before.octets) * perMinute,
    "CPU s a minute, idle": (after.seconds - before.seconds) * perMinute,
  };
}

/** Cuts the cable that the datagrams leave west by, and mends it; the longest time without a datagram. */
async function gapOf(field: Field, probe: Probe, silent: boolean): Promise<number> {
  const way = await busiestNeighbour(field, "west");
  let mend: (() => Promise<void>) | undefined;
  const { longestMs } = await probe.during(async () => {
    mend = await field.cut("west", way, { silent });
  });
  await mend?.();
  await sleep(SETTLE_MS);
  await probe.waitForFlow();
  return longestMs;
}
