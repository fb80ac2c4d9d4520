import { fileURLToPath } from "node:url";
import { type CrowdInformed, type CrowdOrder, identityOf, placeOf } from "../crowd/crowd-order.ts";
import type { Stage } from "../stage.ts";
import type { Row } from "./row.ts";

const PROGRAM = fileURLToPath(new URL("../crowd/crowd.ts", import.meta.url));
const ORIGINS = 1000;
const TIMEOUT_MS = 60_000;
const LISTENS = /^\{"alive":0\}$/m;

/** A node that joins a layer of a thousand nodes: how soon it knows all of them, and how busy it is until then. */
export const synchronisationRow: Row = {
  name: "synchronisation",
  only: ["flor"],
  fresh: true,
  measure: async (stage) => {
    const teller = { first: 0, count: 1, hub: identityOf(1).id, invented: ORIGINS, layer: ORIGINS };
    await using knowing = start(stage, teller);
    await knowing.waitForOutput(LISTENS, TIMEOUT_MS);
    const joiner = { first: 1, count: 1, hub: identityOf(0).id, address: placeOf(0), layer: ORIGINS + 1 };
    await using joining = start(stage, joiner);
    const [line] = await joining.waitForOutput(/^\{"informedMs".*$/m, TIMEOUT_MS);
    const { informedMs, knownMs, longestMs, p99Ms } = JSON.parse(line) as CrowdInformed;
    return {
      [`ms until ${ORIGINS} are known`]: knownMs,
      "ms until there is a path to each": informedMs,
      "ms, longest round of the loop": longestMs,
      "p99 ms, rounds of the loop": p99Ms,
    };
  },
};

function start(stage: Stage, order: CrowdOrder): ReturnType<Stage["client"]["start"]> {
  return stage.client.start(process.execPath, [PROGRAM, JSON.stringify(order)], { env: { FLOR_FFI: "0" } });
}
