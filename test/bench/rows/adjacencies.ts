import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { descendants, NodeProcess, processorSeconds, residentOctets, type StartedProcess } from "@flor/testkit";
import { type CrowdOrder, identityOf, placeOf } from "../crowd/crowd-order.ts";
import { installedFlor } from "../installed-flor.ts";
import type { Stage } from "../stage.ts";
import type { Row } from "./row.ts";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));
const NEIGHBOURS = 200;
const HUB_PLACE = "127.0.0.1:4600";
const PROGRAM = fileURLToPath(new URL("../crowd/crowd.ts", import.meta.url));
const TIMEOUT_MS = 60_000;
/** What a node does only at first is over: link state has settled, Node has compiled what is used. */
const SETTLE_MS = 20_000;
const IDLE_MS = 30_000;
const MIB = 2 ** 20;

const CONFIG = {
  links: [{ name: "wan", kind: "udp", listen: HUB_PLACE }],
  peers: Array.from({ length: NEIGHBOURS }, (_, number) => ({
    name: `n${number}`,
    id: identityOf(number).id,
    link: "wan",
    address: placeOf(number),
  })),
};

/** One node with many neighbours: how soon it has all of them, and what they cost while nothing is carried. */
export const adjacenciesRow: Row = {
  name: "adjacencies",
  only: ["flor"],
  fresh: true,
  measure: async (stage) => {
    await using hub = await NodeProcess.prepare("hub", {
      namespace: stage.client,
      program: await installedFlor(CHECKOUT),
    });
    await using crowd = startCrowd(stage, { count: NEIGHBOURS, hub: hub.id });
    await crowd.waitForOutput(/^\{"alive":0\}$/m, TIMEOUT_MS);
    const began = performance.now();
    const started = hub.up(CONFIG);
    await crowd.waitForOutput(new RegExp(`^\\{"alive":${NEIGHBOURS}\\}$`, "m"), TIMEOUT_MS);
    const startMs = performance.now() - began;
    await started;
    const node = hub.process.pid;
    const startSeconds = secondsOf(node);
    await sleep(SETTLE_MS);
    const before = secondsOf(node);
    await sleep(IDLE_MS);
    const after = secondsOf(node);
    const share = (part: "node" | "link"): number => ((after[part] - before[part]) * 100_000) / IDLE_MS;
    return {
      [`ms until ${NEIGHBOURS} are up`]: startMs,
      "CPU s until then": startSeconds.node + startSeconds.link,
      "CPU % of a core, idle": share("node") + share("link"),
      "CPU % of a core, idle, node": share("node"),
      "CPU % of a core, idle, link": share("link"),
      "MiB, node": residentOctets(node) / MIB,
      "MiB, link": Math.max(...descendants(node).map(residentOctets)) / MIB,
    };
  },
};

function startCrowd(stage: Stage, order: CrowdOrder): StartedProcess {
  return stage.client.start(process.execPath, [PROGRAM, JSON.stringify(order)], { env: { FLOR_FFI: "0" } });
}

/** Processor seconds so far of a node and of its links. */
function secondsOf(node: number): { node: number; link: number } {
  const link = descendants(node).reduce((sum, pid) => sum + processorSeconds(pid), 0);
  return { node: processorSeconds(node), link };
}
