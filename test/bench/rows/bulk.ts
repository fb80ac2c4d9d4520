import { download, type Transfer, upload } from "../curl.ts";
import type { RunningPeer } from "../peers/peer.ts";
import { processorPerGigabyte, processorTime } from "../processor-time.ts";
import type { Figures, Row } from "./row.ts";

const PARALLEL_FLOWS = 8;

/** The same octets in one long flow, and in eight at once, in both directions. */
export const bulkRows: readonly Row[] = [
  {
    name: "download",
    measure: async (stage, peer) => measure(peer, async () => [await download(stage, peer, "bulk")]),
  },
  {
    name: "download-8",
    measure: async (stage, peer) => measure(peer, async () => inEight(() => download(stage, peer, "eighth"))),
  },
  { name: "upload", measure: async (stage, peer) => measure(peer, async () => [await upload(stage, peer, "bulk")]) },
  {
    name: "upload-8",
    measure: async (stage, peer) => measure(peer, async () => inEight(() => upload(stage, peer, "eighth"))),
  },
];

async function inEight(transfer: () => Promise<Transfer>): Promise<readonly Transfer[]> {
  return Promise.all(Array.from({ length: PARALLEL_FLOWS }, transfer));
}

async function measure(peer: RunningPeer, transfer: () => Promise<readonly Transfer[]>): Promise<Figures> {
  const before = processorTime(peer);
  const done = await transfer();
  const after = processorTime(peer);
  const octets = done.reduce((sum, one) => sum + one.octets, 0);
  const seconds = Math.max(...done.map((one) => one.seconds));
  return { "Mbit/s": (octets * 8) / seconds / 1e6, ...processorPerGigabyte(before, after, octets) };
}
