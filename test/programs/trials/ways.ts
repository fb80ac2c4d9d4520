/** Ways that the configuration chooses: two that share no node, one that avoids a node, and one over a node. */
import { setTimeout as sleep } from "node:timers/promises";
import { flor } from "@flor/testkit";
import { wayOf } from "../../netns/carried-way.ts";
import { Field } from "../../netns/field.ts";
import { FieldNodes, type FlowPlan } from "../../netns/field-nodes.ts";
import { grid } from "../../netns/field-plan.ts";
import { Probe } from "../../netns/probe.ts";
import { waitForFullTables } from "../../netns/tables.ts";
import { atMost, exactly, type Trial } from "./trial.ts";

const SETTLE_MS = 8000;
const TABLES_MAX_MS = 60_000;
/** An acknowledgement may wait for so long (RFC 9000 section 18.2). */
const ACKNOWLEDGED_MS = 25;

/** In a grid of 3 × 3, and each from a node of its own, since a node has one way to a peer. */
const flows: readonly FlowPlan[] = [
  { from: "a1", to: "c3", way: { disjoint: true } },
  { from: "a2", to: "c2", way: { avoid: ["b2"] } },
  { from: "a3", to: "a1", way: { via: ["b3", "..."] } },
];

/** What the configuration wants of these costs more than the cheapest path. */
const dearer = flows.slice(1);

export const waysTrial: Trial = {
  name: "ways",
  play: async (tell) => {
    await using field = await Field.lay(grid(3, 3));
    await using nodes = await FieldNodes.start(field, { members: true, flows });
    await waitForFullTables(nodes.all, TABLES_MAX_MS);
    await sleep(SETTLE_MS);
    const pathOf = async (from: string, to: string): Promise<readonly string[]> => {
      const status = await nodes.node(from).status();
      return status?.peers.find(({ name }) => name === to)?.path ?? [];
    };
    const avoiding = await pathOf("a2", "c2");
    tell(exactly("avoid: b2 is on the way", String(avoiding.includes("b2") || avoiding.length === 0), "false"));
    const led = await pathOf("a3", "a1");
    tell(exactly("via b3, …: the way begins with", led[0] ?? "nobody", "b3"));
    tell(exactly("and ends, over any nodes, with", led.at(-1) ?? "nobody", "a1"));
    for (const { from, to } of dearer) {
      const { stdout } = await flor(["paths", to], nodes.node(from));
      const why = /why +(.*)/.exec(stdout)?.[1] ?? stdout;
      tell(exactly(`flor paths ${to} on ${from}: it is the configuration`, String(/configuration/.test(why)), "true"));
    }
    await using probe = await Probe.start(...nodes.placesOf(nodes.flows[0]!));
    await sleep(SETTLE_MS);
    const status = await nodes.node("a1").status();
    const rttMs = status?.peers.find(({ name }) => name === "c3")?.rttMs ?? 0;
    const [near, far] = (await wayOf(field, "a1", "c3")).slice(1, 3) as [string, string];
    const { longestMs } = await probe.during(async () => void (await field.cut(near, far, { silent: true })));
    // PTO as RFC 9002 section 6.2.1 has it before round trips vary: three round trips, and the acknowledgement's wait.
    const most = rttMs + 3 * rttMs + ACKNOWLEDGED_MS;
    tell(atMost("disjoint: the first is cut without a word: gap, of 1 RTT + PTO", longestMs, most, "ms"));
  },
};
