/** A cable that goes and comes each second for a minute: its ends say so seldom, and others feel nothing. */
import { setTimeout as sleep } from "node:timers/promises";
import { Field } from "../../netns/field.ts";
import { FieldNodes } from "../../netns/field-nodes.ts";
import { grid } from "../../netns/field-plan.ts";
import { Probe } from "../../netns/probe.ts";
import { ownSequence, waitForFullTables } from "../../netns/tables.ts";
import { atMost, type Trial } from "./trial.ts";

const FLAPS = 60;
const HALF_MS = 500;
const TABLES_MAX_MS = 60_000;
const ADVERTISEMENTS_MAX = 20;
const ENDS = ["b1", "b2"] as const;

export const flapTrial: Trial = {
  name: "flap",
  play: async (tell) => {
    await using field = await Field.lay(grid(3, 2));
    const flows = [
      { from: "a1", to: "a2" },
      { from: "c1", to: "c2" },
      { from: "a1", to: "c1" },
    ];
    await using nodes = await FieldNodes.start(field, { members: true, flows });
    await waitForFullTables(nodes.all, TABLES_MAX_MS);
    const probes = await Promise.all(nodes.flows.map((flow) => Probe.start(...nodes.placesOf(flow))));
    await using owned = new AsyncDisposableStack();
    for (const probe of probes) owned.use(probe);
    await Promise.all(probes.map((probe) => probe.begin()));
    const before = await Promise.all(ENDS.map((name) => ownSequence(nodes.node(name))));
    for (let flap = 0; flap < FLAPS; flap += 1) {
      const mend = await field.cut(...ENDS, { silent: false });
      await sleep(HALF_MS);
      await mend();
      await sleep(HALF_MS);
    }
    for (const [index, name] of ENDS.entries()) {
      const said = (await ownSequence(nodes.node(name))) - before[index]!;
      tell(
        atMost(`a cable that flaps each second for a minute: ${name} advertises`, said, ADVERTISEMENTS_MAX, "times"),
      );
    }
    for (const [index, { from, to }] of flows.entries()) {
      const { lost, longestMs } = await probes[index]!.report();
      tell(atMost(`meanwhile, ${from} to ${to}, gap ${Math.round(longestMs)} ms: lost`, lost, 0, "datagrams"));
    }
  },
};
