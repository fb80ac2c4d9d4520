import { percentile, startLoad } from "../load/load.ts";
import { download } from "../curl.ts";
import type { RunningPeer } from "../peers/peer.ts";
import type { Stage } from "../stage.ts";
import type { Figures, Row } from "./row.ts";

const IDLE_ROUND_TRIPS = 2_000;
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

/** Round trips while a download runs: as many as fit. */
async function measureLoaded(stage: Stage, peer: RunningPeer): Promise<Figures> {
  const bulk = { isRunning: true };
  const transfer = download(stage, peer).finally(() => {
    bulk.isRunning = false;
  });
  const latenciesMs: number[] = [];
  while (bulk.isRunning) {
    const round = await startLoad(stage, peer, { kind: "ping", count: 200, parallel: 1 });
    if (bulk.isRunning) latenciesMs.push(...round.latenciesMs);
  }
  await transfer;
  return { "p50 ms": percentile(latenciesMs, 0.5), "p99 ms": percentile(latenciesMs, 0.99) };
}
