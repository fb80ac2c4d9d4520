/** A household's line, 100 Mbit/s down and 20 up, 30 ms away, 100 ms of buffer each way: from a cold start. */
import { download, startDownloads, upload, uploadedOctets } from "../curl.ts";
import { percentile, startLoad } from "../load/load.ts";
import type { RunningPeer } from "../peers/peer.ts";
import { processorPerGigabyte, processorTime } from "../processor-time.ts";
import type { Stage } from "../stage.ts";
import { towardClient } from "./bottleneck.ts";
import type { Figures, Row } from "./row.ts";
import { allOf, longPathPeers } from "./wide-area.ts";

const DOWN_BITS_PER_SECOND = 100e6;
const UP_BITS_PER_SECOND = 20e6;
const ROUND_TRIP_MS = 30;
const QUEUE_MS = 100;
const SECONDS = 10;
const ROUND_TRIPS = 60;

const line = { queueMs: QUEUE_MS, delayMs: ROUND_TRIP_MS / 2 };
const path = {
  only: longPathPeers,
  impairments: { ...line, rateBitsPerSecond: DOWN_BITS_PER_SECOND },
  uplink: { ...line, rateBitsPerSecond: UP_BITS_PER_SECOND },
};

/** One download, both directions at once, and a round trip beside a download. */
export const cableRows: readonly Row[] = [
  { name: "cable-down", ...path, fresh: true, measure: measureDown },
  { name: "cable-both", ...path, fresh: true, measure: measureBoth },
  { name: "cable-ping", ...path, measure: measurePing },
];

async function measureDown(stage: Stage, peer: RunningPeer): Promise<Figures> {
  const [used, counts] = [processorTime(peer), await towardClient(stage)];
  const { octets, seconds } = await download(stage, peer, "bulk", SECONDS);
  const after = await towardClient(stage);
  return {
    "goodput %": shareOf(octets, seconds, DOWN_BITS_PER_SECOND),
    "lost %": (100 * (after.queueFull - counts.queueFull)) / (after.received - counts.received),
    ...allOf(processorPerGigabyte(used, processorTime(peer), octets)),
  };
}

async function measureBoth(stage: Stage, peer: RunningPeer): Promise<Figures> {
  const [used, before] = [processorTime(peer), await uploadedOctets(stage)];
  const [down] = await Promise.all([download(stage, peer, "bulk", SECONDS), upload(stage, peer, "bulk", SECONDS)]);
  const up = (await uploadedOctets(stage)) - before;
  return {
    "down %": shareOf(down.octets, down.seconds, DOWN_BITS_PER_SECOND),
    "up %": shareOf(up, SECONDS, UP_BITS_PER_SECOND),
    ...allOf(processorPerGigabyte(used, processorTime(peer), down.octets + up)),
  };
}

async function measurePing(stage: Stage, peer: RunningPeer): Promise<Figures> {
  const idle = await medianRoundTrip(stage, peer);
  await using downloads = startDownloads(stage, peer);
  const loaded = await medianRoundTrip(stage, peer);
  if (!downloads.isRunning) throw new Error(`${peer.name}: the bulk flow ended: ${downloads.output}`);
  return { "p50 ms, idle": idle, "p50 ms, beside a download": loaded };
}

async function medianRoundTrip(stage: Stage, peer: RunningPeer): Promise<number> {
  const { latenciesMs, failed } = await startLoad(stage, peer, { kind: "ping", count: ROUND_TRIPS, parallel: 1 });
  if (failed > 0) throw new Error(`${peer.name}: ${failed} of ${ROUND_TRIPS} round trips failed`);
  return percentile(latenciesMs, 0.5);
}

function shareOf(octets: number, seconds: number, bitsPerSecond: number): number {
  return (octets * 800) / seconds / bitsPerSecond;
}
