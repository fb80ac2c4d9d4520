import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { descendants, NodeProcess, processorSeconds, residentOctets, type StartedProcess } from "@flor/testkit";
import { type CrowdOrder, identityOf, placeOf } from "../crowd/crowd-order.ts";
import { installedFlor } from "../installed-flor.ts";
import type { Stage } from "../stage.ts";
import type { Row } from "./row.ts";

const CHECKOUT = fileURLToPath(new URL("../../..", import.meta.url));
const NEIGHBOURS = 200;
/** Processes that they share: with a single one the row would measure that, and each has to be compiled anew. */
const CROWDS = 2;
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
    await using crowds = startCrowds(stage, hub.id);
    await crowds.waitForAlive(0);
    const began = performance.now();
    const started = hub.up(CONFIG);
    await crowds.waitForAlive(NEIGHBOURS / CROWDS);
    const startMs = performance.now() - began;
    const startSeconds = secondsOf(hub.process.pid);
    const informedMs = await crowds.waitForInformed().then(() => performance.now() - began);
    await started;
    const node = hub.process.pid;
    await sleep(SETTLE_MS);
    const before = secondsOf(node);
    await sleep(IDLE_MS);
    const after = secondsOf(node);
    const share = (part: "node" | "link"): number => ((after[part] - before[part]) * 100_000) / IDLE_MS;
    return {
      [`ms until ${NEIGHBOURS} are up`]: startMs,
      "CPU s until then": startSeconds.node + startSeconds.link,
      "ms until each has a path to all others": informedMs,
      "CPU % of a core, idle": share("node") + share("link"),
      "CPU % of a core, idle, node": share("node"),
      "CPU % of a core, idle, link": share("link"),
      "MiB, node": residentOctets(node) / MIB,
      "MiB, link": Math.max(...descendants(node).map(residentOctets)) / MIB,
    };
  },
};

interface Crowds extends AsyncDisposable {
  /** Waits until so many neighbours of each process have the hub. */
  waitForAlive(alive: number): Promise<void>;
  /** Waits until each neighbour has a path to all others. */
  waitForInformed(): Promise<void>;
}

function startCrowds(stage: Stage, hub: string): Crowds {
  const count = NEIGHBOURS / CROWDS;
  const crowds: StartedProcess[] = Array.from({ length: CROWDS }, (_, index) => {
    const order: CrowdOrder = { first: index * count, count, hub, layer: NEIGHBOURS };
    return stage.client.start(process.execPath, [PROGRAM, JSON.stringify(order)], { env: { FLOR_FFI: "0" } });
  });
  return {
    waitForAlive: async (alive) => {
      const said = new RegExp(`^\\{"alive":${alive}\\}$`, "m");
      await Promise.all(crowds.map((crowd) => crowd.waitForOutput(said, TIMEOUT_MS)));
    },
    waitForInformed: async () => {
      await Promise.all(crowds.map((crowd) => crowd.waitForOutput(/^\{"informedMs"/m, TIMEOUT_MS)));
    },
    [Symbol.asyncDispose]: async () => {
      for (const crowd of crowds) await crowd[Symbol.asyncDispose]();
    },
  };
}

/** Processor seconds so far of a node and of its links. */
function secondsOf(node: number): { node: number; link: number } {
  const link = descendants(node).reduce((sum, pid) => sum + processorSeconds(pid), 0);
  return { node: processorSeconds(node), link };
}
