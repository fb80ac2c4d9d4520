import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { descendants, findTool, processorSeconds, type StartedProcess } from "@flor/testkit";
import { Diamond, type Machine } from "../convergence/diamond.ts";
import { babeld, bird, fastBabeld, PROBE_PORT, type Routing, startDaemons, startFlor } from "../convergence/routing.ts";
import { installedFlor } from "../installed-flor.ts";
import type { Figures, Row } from "./row.ts";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));
const PROBE = fileURLToPath(new URL("../convergence/probe.ts", import.meta.url));
/** Before what is idle is measured, and after a cable is mended. */
const SETTLE_MS = 20_000;
const IDLE_MS = 20_000;
const MINUTE_MS = 60_000;
/** OSPF and babeld by themselves take up to 40 s. */
const GAP_MAX_MS = 60_000;
const LOOK_MS = 250;
/** Datagrams come again. */
const FLOWING_MS = 100;

const routings: Readonly<Record<string, (diamond: Diamond) => Promise<Routing>>> = {
  flor: async (diamond) => startFlor(diamond, await installedFlor(CHECKOUT)),
  babeld: (diamond) => startDaemons(diamond, babeld),
  "babeld, 300 ms": (diamond) => startDaemons(diamond, fastBabeld),
  "bird, OSPF and BFD": (diamond) => startDaemons(diamond, bird),
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

async function measureOne(start: (diamond: Diamond) => Promise<Routing>): Promise<Figures> {
  await using diamond = await Diamond.open();
  const { west, east } = diamond.machines;
  await using routing = await start(diamond);
  await sleep(SETTLE_MS);
  const idle = await idleFigures(diamond, routing);
  await using receiver = startProbe(east, "receive", east.address);
  await receiver.waitForOutput(/listening/);
  await using _sender = startProbe(west, "send", routing.destination);
  await waitForFlow(receiver);
  const told = await gapOf(diamond, receiver, false);
  const silent = await gapOf(diamond, receiver, true);
  return { "ms, a cable that goes down": told, "ms, a silent cable": silent, ...idle };
}

async function idleFigures(diamond: Diamond, { pids }: Routing): Promise<Figures> {
  const read = async (): Promise<{ octets: number; seconds: number }> => {
    const seconds = pids.flatMap((pid) => [pid, ...descendants(pid)]).map(processorSeconds);
    return { octets: await diamond.sentOctets(), seconds: seconds.reduce((sum, one) => sum + one, 0) };
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

function startProbe({ namespace }: Machine, role: "send" | "receive", host: string): StartedProcess {
  return namespace.start(process.execPath, [PROBE, role, host, String(PROBE_PORT)]);
}

/** Cuts the cable that the datagrams leave west by, and mends it; the longest time without a datagram. */
async function gapOf(diamond: Diamond, receiver: StartedProcess, isSilent: boolean): Promise<number> {
  receiver.signal("SIGHUP");
  const mend = await diamond.cut(await wayOf(diamond), isSilent);
  await sleep(LOOK_MS);
  const longest = await waitForFlow(receiver);
  await mend();
  await sleep(SETTLE_MS);
  await waitForFlow(receiver);
  return longest;
}

/** The neighbour of west that most of what it sends goes to. */
async function wayOf(diamond: Diamond): Promise<"north" | "south"> {
  const { namespace, cables } = diamond.machines.west;
  const read = async (): Promise<Map<string, number>> => {
    const devices = JSON.parse(await namespace.ip("-s", "-j", "link", "show")) as SentBy[];
    return new Map(devices.map(({ ifname, stats64 }) => [ifname, stats64.tx.bytes]));
  };
  const before = await read();
  await sleep(LOOK_MS);
  const after = await read();
  const sent = cables.map(({ device, other }) => ({ other, octets: after.get(device)! - before.get(device)! }));
  return sent.toSorted((a, b) => b.octets - a.octets)[0]!.other as "north" | "south";
}

interface SentBy {
  readonly ifname: string;
  readonly stats64: { readonly tx: { readonly bytes: number } };
}

/** Waits until datagrams come; the longest time without. */
async function waitForFlow(receiver: StartedProcess): Promise<number> {
  const until = performance.now() + GAP_MAX_MS;
  while (performance.now() < until) {
    const length = receiver.output.length;
    receiver.signal("SIGUSR2");
    const said = await receiver.waitUntil(
      () => /\{.*\}\n/.exec(receiver.output.slice(length))?.[0],
      "a report",
      30_000,
    );
    const { longestMs, sinceMs } = JSON.parse(said) as { longestMs: number; sinceMs: number };
    if (sinceMs < FLOWING_MS) return longestMs;
    await sleep(LOOK_MS);
  }
  throw new Error(`no datagram came for ${GAP_MAX_MS} ms`);
}
