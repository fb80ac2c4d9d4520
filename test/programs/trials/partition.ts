/** Six nodes, cut into three and three for 90 s; then the cables are mended. */
import { setTimeout as sleep } from "node:timers/promises";
import { Field } from "../../netns/field.ts";
import { FieldNodes } from "../../netns/field-nodes.ts";
import { grid } from "../../netns/field-plan.ts";
import { layerOf, waitForFullTables } from "../../netns/tables.ts";
import { atMost, exactly, type Trial } from "./trial.ts";

const APART_MS = 90_000;
const TABLES_MAX_MS = 60_000;
const HEAL_MAX_MS = 2000;
const CONTROL_OCTETS_MAX = 65_536;
const BETWEEN = [
  ["a1", "a2"],
  ["b1", "b2"],
  ["c1", "c2"],
] as const;

export const partitionTrial: Trial = {
  name: "partition",
  play: async (tell) => {
    await using field = await Field.lay(grid(3, 2));
    await using nodes = await FieldNodes.start(field, { members: true });
    await waitForFullTables(nodes.all, TABLES_MAX_MS);
    const mends = await Promise.all(BETWEEN.map(([one, other]) => field.cut(one, other, { silent: true })));
    await sleep(APART_MS);
    const reached = (await layerOf(nodes.node("a1")))?.nodes.filter(({ reachable }) => reachable).length;
    tell(exactly("three and three apart: nodes that the first reaches, itself included", String(reached), "3"));
    const cables = BETWEEN.map(([one, other]) => field.cable(one, other));
    const before = await Promise.all(cables.map((cable) => cable.sentOctets()));
    await Promise.all(mends.map((mend) => mend()));
    const tablesMs = await waitForFullTables(nodes.all, TABLES_MAX_MS);
    const after = await Promise.all(cables.map((cable) => cable.sentOctets()));
    tell(atMost("mended: full tables everywhere after", tablesMs, HEAL_MAX_MS, "ms"));
    const most = Math.max(...after.map((octets, index) => octets - before[index]!));
    tell(atMost("meanwhile: octets on the cable that carried most", most, CONTROL_OCTETS_MAX, "octets"));
  },
};
