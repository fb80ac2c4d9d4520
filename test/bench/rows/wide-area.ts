import { download } from "../curl.ts";
import { processorPerGigabyte, processorTime } from "../processor-time.ts";
import type { Row } from "./row.ts";

const ROUND_TRIP_MS = 40;
/** Long enough for CUBIC to leave slow start and to show what it makes of loss. */
const SECONDS = 10;

/** The question is what congestion control makes of a path; the other tunnels add none, or that of the kernel's TCP. */
export const longPathPeers: readonly string[] = ["direct", "flor", "ssh -D cubic", "ssh -D bbr", "hysteria2", "tuic"];

/** One download over a long path, with the loss of a good, a fair and a bad one. */
export const wideAreaRows: readonly Row[] = [0, 0.001, 0.01].map((loss) => ({
  name: `wan-${loss * 100}%`,
  only: longPathPeers,
  impairments: { delayMs: ROUND_TRIP_MS / 2, loss },
  measure: async (stage, peer) => {
    const before = processorTime(peer);
    const { octets, seconds } = await download(stage, peer, "bulk", SECONDS);
    const used = processorPerGigabyte(before, processorTime(peer), octets);
    return { "Mbit/s": (octets * 8) / seconds / 1e6, ...allOf(used) };
  },
}));

/** Of the figures of processor time, that of all processes together. */
export function allOf(used: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(used).filter(([figure]) => figure.endsWith(", all")));
}
