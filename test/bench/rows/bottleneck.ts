import { download } from "../curl.ts";
import { processorPerGigabyte, processorTime } from "../processor-time.ts";
import type { Stage } from "../stage.ts";
import type { Figures, Row } from "./row.ts";
import { allOf, longPathPeers } from "./wide-area.ts";

const RATE_BITS_PER_SECOND = 20e6;
const QUEUE_MS = 50;
const ROUND_TRIP_MS = 40;
/** Start and all: what a slow start loses counts. */
const SECONDS = 15;

/** One download through a slow line with a small buffer: what of the line is used, and what is sent for nothing. */
export const bottleneckRow: Row = {
  name: "bottleneck",
  only: longPathPeers,
  impairments: { rateBitsPerSecond: RATE_BITS_PER_SECOND, queueMs: QUEUE_MS, delayMs: ROUND_TRIP_MS / 2 },
  measure: async (stage, peer) => {
    const before = await towardClient(stage);
    const usedBefore = processorTime(peer);
    const { octets, seconds } = await download(stage, peer, "bulk", SECONDS);
    const after = await towardClient(stage);
    const goodput = (octets * 8) / seconds / RATE_BITS_PER_SECOND;
    const lost = (after.queueFull - before.queueFull) / (after.received - before.received);
    const used = processorPerGigabyte(usedBefore, processorTime(peer), octets);
    return { "goodput %": goodput * 100, "lost %": lost * 100, ...allOf(used) } satisfies Figures;
  },
};

export async function towardClient(stage: Stage): Promise<{ readonly received: number; readonly queueFull: number }> {
  if (stage.box === undefined) throw new Error("the bottleneck needs the impairment box");
  return (await stage.box.counts()).toLeft;
}
