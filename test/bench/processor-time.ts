/** Processor time of a peer's two sides, from /proc. */
import { descendants, processorSeconds } from "@flor/testkit";
import type { RunningPeer } from "./peers/peer.ts";

/** Processor seconds by side, so far. */
export type ProcessorTime = Readonly<Record<string, number>>;

/** Seconds that each side has used, children included. A side's child that ended is not counted any more. */
export function processorTime(peer: RunningPeer): ProcessorTime {
  const sides = Object.entries(peer.processes).map(([side, pid]) => {
    const seconds = [pid, ...descendants(pid)].map(processorSeconds);
    return [side, seconds.reduce((sum, one) => sum + one, 0)] as const;
  });
  return Object.fromEntries(sides);
}

/** Seconds for each gigabyte carried between two readings, as figures of a row. */
export function processorPerGigabyte(
  before: ProcessorTime,
  after: ProcessorTime,
  octets: number,
): Record<string, number> {
  const figures = Object.entries(after).map(([side, seconds]) => {
    return [`CPU s/GB, ${side}`, ((seconds - before[side]!) * 1e9) / octets] as const;
  });
  return Object.fromEntries(figures);
}
