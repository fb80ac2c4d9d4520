/** Five by five nodes of one network: a cable of the way is cut, and the link of a node on the way is killed. */
import { setTimeout as sleep } from "node:timers/promises";
import { wayOf } from "../../netns/carried-way.ts";
import { Field } from "../../netns/field.ts";
import { FieldNodes } from "../../netns/field-nodes.ts";
import { grid } from "../../netns/field-plan.ts";
import { Probe } from "../../netns/probe.ts";
import { waitForFullTables } from "../../netns/tables.ts";
import { download } from "./download.ts";
import { atMost, exactly, type Trial } from "./trial.ts";

const TABLES_MAX_MS = 120_000;
/** Adjacencies that return are used 5 s later. */
const RETURN_MS = 8000;
const CUT_GAP_MS = 1000;
/** Neighbours of the node whose link ended notice by hellos at the latest, and repair takes 50 ms. */
const KILL_GAP_MS = 950;
const OCTETS = 60_000_000;
const OCTETS_PER_SECOND = 1_500_000;

export const gridTrial: Trial = {
  name: "grid",
  play: async (tell) => {
    await using field = await Field.lay(grid(5, 5));
    await using nodes = await FieldNodes.start(field, { members: true, flows: [{ from: "a1", to: "e5" }] });
    const tablesMs = await waitForFullTables(nodes.all, TABLES_MAX_MS);
    tell(atMost("25 nodes up: full tables after", tablesMs, TABLES_MAX_MS, "ms"));
    const [flow] = nodes.flows;
    await using probe = await Probe.start(...nodes.placesOf(flow!));
    const beside = download(field, flow!, { octets: OCTETS, octetsPerSecond: OCTETS_PER_SECOND });
    await sleep(RETURN_MS);
    for (const silent of [true, false]) {
      const [near, far] = (await wayOf(field, "a1", "e5")).slice(3, 5) as [string, string];
      let mend: (() => Promise<void>) | undefined;
      const { longestMs } = await probe.during(async () => {
        mend = await field.cut(near, far, { silent });
      });
      tell(atMost(`a ${silent ? "silent cut" : "cable that goes down"}, on the way: gap`, longestMs, CUT_GAP_MS, "ms"));
      await mend!();
      await sleep(RETURN_MS);
    }
    const [, , transit] = await wayOf(field, "a1", "e5");
    const { longestMs } = await probe.during(async () => {
      const status = await nodes.node(transit!).status();
      process.kill(status!.links[0]!.pid!, "SIGKILL");
    });
    tell(atMost("kill -9 of a link on the way: gap", longestMs, KILL_GAP_MS, "ms"));
    tell(exactly("a download beside it", (await beside) || "whole", "whole"));
  },
};
