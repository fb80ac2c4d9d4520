/** Processor time of a peer's two sides, from /proc. */
import { descendants, processorSeconds } from "@flor/testkit";
import type { RunningPeer } from "./peers/peer.ts";

/** Processor seconds so far: of each side, of those of its processes that another one started, and of all together. */
export type ProcessorTime = Readonly<Record<string, number>>;

/** Seconds that each side has used: all of it, and what of that its children did, if it has any. Not counted: what ended. */
export function processorTime(peer: RunningPeer): ProcessorTime {
  const sides = Object.entries(peer.processes).flatMap(([side, pid]) => {
    const children = descendants(pid).map(processorSeconds);
    const ofChildren = children.reduce((sum, one) => sum + one, 0);
    const whole: [string, number] = [side, processorSeconds(pid) + ofChildren];
    return children.length === 0 ? [whole] : [whole, [`${side}'s children`, ofChildren] as [string, number]];
  });
  if (sides.length === 0) return {};
  const all = sides.filter(([name]) => name in peer.processes).reduce((sum, [, seconds]) => sum + seconds, 0);
  return Object.fromEntries([...sides, ["all", all]]);
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
