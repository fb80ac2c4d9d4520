/** A node on the way is killed and comes back: flows go round it, and return to it without loss. */
import { setTimeout as sleep } from "node:timers/promises";
import { wayOf } from "../../netns/carried-way.ts";
import { Field } from "../../netns/field.ts";
import { FieldNodes } from "../../netns/field-nodes.ts";
import type { FieldPlan } from "../../netns/field-plan.ts";
import { Probe } from "../../netns/probe.ts";
import { atLeast, atMost, exactly, type Trial } from "./trial.ts";

/** The way over `b` is shorter than the one over `c` and `d`. */
const plan: FieldPlan = {
  machines: ["a", "b", "c", "d", "e"],
  cables: [
    { ends: ["a", "b"] },
    { ends: ["b", "e"] },
    { ends: ["a", "c"] },
    { ends: ["c", "d"] },
    { ends: ["d", "e"] },
  ],
};
const GAP_MS = 1200;
const RETURN_LEAST_MS = 5000;
const RETURN_MOST_MS = 60_000;
const LOOK_MS = 250;

export const returnTrial: Trial = {
  name: "return",
  play: async (tell) => {
    await using field = await Field.lay(plan);
    await using nodes = await FieldNodes.start(field, { members: true, flows: [{ from: "a", to: "e" }] });
    await using probe = await Probe.start(...nodes.placesOf(nodes.flows[0]!));
    await sleep(RETURN_LEAST_MS);
    tell(exactly("the way before", (await wayOf(field, "a", "e")).join(" "), "a b e"));
    const killed = await probe.during(async () => void (await nodes.node("b").process.kill()));
    tell(atMost("kill -9 of the node on the way: gap", killed.longestMs, GAP_MS, "ms"));
    tell(exactly("the way then", (await wayOf(field, "a", "e")).join(" "), "a c d e"));
    await probe.begin();
    const began = performance.now();
    await nodes.node("b").up();
    while ((await wayOf(field, "a", "e")).length > 3 && performance.now() - began < RETURN_MOST_MS)
      await sleep(LOOK_MS);
    const returnMs = performance.now() - began;
    tell(atLeast("it is back: flows return to it after", returnMs, RETURN_LEAST_MS, "ms"));
    tell(atMost("it is back: flows return to it after", returnMs, RETURN_MOST_MS, "ms"));
    await sleep(LOOK_MS);
    tell(atMost("meanwhile, of datagrams one each ms: lost", (await probe.report()).lost, 0, "datagrams"));
  },
};
