import { download, type Transfer, upload } from "../curl.ts";
import type { RunningPeer } from "../peers/peer.ts";
import { processorPerGigabyte, processorTime } from "../processor-time.ts";
import type { Stage } from "../stage.ts";
import type { Figures, Row } from "./row.ts";

const PARALLEL_FLOWS = 8;

/** One long flow, and eight at once, in both directions. */
export const bulkRows: readonly Row[] = [
  { name: "download", measure: async (stage, peer) => measure(stage, peer, 1, download) },
  { name: "download-8", measure: async (stage, peer) => measure(stage, peer, PARALLEL_FLOWS, download) },
  { name: "upload", measure: async (stage, peer) => measure(stage, peer, 1, upload) },
  { name: "upload-8", measure: async (stage, peer) => measure(stage, peer, PARALLEL_FLOWS, upload) },
];

async function measure(
  stage: Stage,
  peer: RunningPeer,
  flows: number,
  transfer: (stage: Stage, peer: RunningPeer) => Promise<Transfer>,
): Promise<Figures> {
  const before = processorTime(peer);
  const done = await Promise.all(Array.from({ length: flows }, () => transfer(stage, peer)));
  const after = processorTime(peer);
  const octets = done.reduce((sum, one) => sum + one.octets, 0);
  const seconds = Math.max(...done.map((one) => one.seconds));
  return { "Mbit/s": (octets * 8) / seconds / 1e6, ...processorPerGigabyte(before, after, octets) };
}
