import { percentile, startLoad } from "../load/load.ts";
import { startDownloads } from "../curl.ts";
import type { RunningPeer } from "../peers/peer.ts";
import type { Stage } from "../stage.ts";
import type { Figures, Row } from "./row.ts";

const IDLE_ROUND_TRIPS = 2_000;
const LOADED_ROUND_TRIPS = 1_000;
const NEW_FLOWS = 300;

/** How long an octet takes, alone and beside a bulk flow, and how long a new flow takes to its first octet. */
export const latencyRows: readonly Row[] = [
  { name: "round-trip", measure: async (stage, peer) => measureLoad(stage, peer, "ping", IDLE_ROUND_TRIPS) },
  { name: "round-trip-loaded", measure: measureLoaded },
  { name: "first-octet", measure: async (stage, peer) => measureLoad(stage, peer, "open", NEW_FLOWS) },
];

async function measureLoad(stage: Stage, peer: RunningPeer, kind: "ping" | "open", count: number): Promise<Figures> {
  const { latenciesMs, failed } = await startLoad(stage, peer, { kind, count, parallel: 1 });
  if (failed > 0) throw new Error(`${peer.name}: ${failed} of ${count} flows failed`);
  return { "p50 ms": percentile(latenciesMs, 0.5), "p99 ms": percentile(latenciesMs, 0.99) };
}

/** Round trips while downloads run, one after another on one connection. */
async function measureLoaded(stage: Stage, peer: RunningPeer): Promise<Figures> {
  await using downloads = startDownloads(stage, peer);
  const figures = await measureLoad(stage, peer, "ping", LOADED_ROUND_TRIPS);
  if (!downloads.isRunning) throw new Error(`${peer.name}: the bulk flow ended: ${downloads.output}`);
  return figures;
}
