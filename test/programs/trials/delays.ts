/** Two ways of 10 and 40 ms: the shorter is used, whatever it carries, until it is longer. */
import { setTimeout as sleep } from "node:timers/promises";
import { wayOf } from "../../netns/carried-way.ts";
import { Field } from "../../netns/field.ts";
import { FieldNodes } from "../../netns/field-nodes.ts";
import type { FieldPlan } from "../../netns/field-plan.ts";
import { Probe } from "../../netns/probe.ts";
import { download } from "./download.ts";
import { atMost, exactly, type Trial } from "./trial.ts";

const SHORT_MS = 5;
const LONG_MS = 20;
const ADDED_MS = 25;
const RATE_BITS_PER_SECOND = 20_000_000;
/** So long, and longer than costs look back. */
const SATURATED_OCTETS = 190_000_000;
/** Costs are known after ten round trips, and what is cheaper is used ten seconds later. */
const MEASURED_MAX_MS = 60_000;
const MOVED_MAX_MS = 75_000;
const LOOK_MS = 500;

const plan: FieldPlan = {
  machines: ["west", "north", "south", "east"],
  cables: [
    { ends: ["west", "north"], impairments: { delayMs: SHORT_MS, rateBitsPerSecond: RATE_BITS_PER_SECOND } },
    { ends: ["west", "south"], impairments: { delayMs: LONG_MS } },
    { ends: ["north", "east"] },
    { ends: ["south", "east"] },
  ],
};

export const delaysTrial: Trial = {
  name: "delays",
  play: async (tell) => {
    await using field = await Field.lay(plan);
    await using nodes = await FieldNodes.start(field, { members: true, flows: [{ from: "west", to: "east" }] });
    const [flow] = nodes.flows;
    await using _probe = await Probe.start(...nodes.placesOf(flow!));
    const until = performance.now() + MEASURED_MAX_MS;
    while ((await pathOf(nodes))[0] !== "north" && performance.now() < until) await sleep(LOOK_MS);
    const way = async (): Promise<string> => (await wayOf(field, "west", "east")).join(" ");
    tell(exactly("ways of 10 and 40 ms: used is", await way(), "west north east"));
    const began = performance.now();
    const saturating = download(field, flow!, { octets: SATURATED_OCTETS });
    const ways = await pathsUntil(saturating, nodes);
    const seconds = Math.round((performance.now() - began) / 1000);
    tell(exactly("a download at the rate of the shorter", (await saturating) || "whole", "whole"));
    tell(exactly(`ways used in those ${seconds} s`, ways, "north east"));
    await field
      .cable("west", "north")
      .impair({ delayMs: SHORT_MS + ADDED_MS, rateBitsPerSecond: RATE_BITS_PER_SECOND });
    const changed = performance.now();
    while ((await pathOf(nodes))[0] !== "south" && performance.now() - changed < 2 * MOVED_MAX_MS) await sleep(LOOK_MS);
    tell(atMost("50 ms more on the shorter: the other is used after", performance.now() - changed, MOVED_MAX_MS, "ms"));
  },
};

/** The paths that were used until something is done. */
async function pathsUntil(done: Promise<unknown>, nodes: FieldNodes): Promise<string> {
  const seen = new Set<string>();
  for (let isDone = false; !isDone;) {
    seen.add((await pathOf(nodes)).join(" "));
    isDone = await Promise.race([done.then(() => true), sleep(LOOK_MS, false)]);
  }
  return [...seen].join(", ");
}

async function pathOf(nodes: FieldNodes): Promise<readonly string[]> {
  const status = await nodes.node("west").status();
  return status?.peers.find(({ name }) => name === "east")?.path ?? [];
}
