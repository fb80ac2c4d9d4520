// Test support: what each controller makes of each path, as a table to read.
import { type ControllerName, type PathPlan, type PathResult, PathSimulation } from "./path-simulation.testing.ts";

const CONTROLLERS: readonly ControllerName[] = ["bbr", "cubic", "newreno"];
const OCTETS_PER_MS_OF_MBIT = 125;
/** No device has a smaller buffer. */
const BUFFER_DATAGRAMS_MIN = 10;
/** Fast lines have large datagrams, as the node chooses them: the lab counts packets. */
const FAST_MBIT = 1000;
const DATAGRAM_OCTETS = 1200;
const DATAGRAM_OCTETS_FAST = 12_000;

/** A path by its figures: the buffer in bandwidth-delay products, the loss in percent. */
export interface Path {
  readonly mbit: number;
  readonly rttMs: number;
  readonly buffer: number;
  readonly loss: number;
}

/** An experiment of one flow, or several, over `path`. */
export function planOf(path: Path, durationMs: number, rest: Partial<PathPlan> = {}): PathPlan {
  const datagramOctets = path.mbit >= FAST_MBIT ? DATAGRAM_OCTETS_FAST : DATAGRAM_OCTETS;
  const volume = path.buffer * path.mbit * OCTETS_PER_MS_OF_MBIT * path.rttMs;
  const forward = {
    mbitPerSecond: path.mbit,
    delayMs: path.rttMs / 2,
    bufferOctets: Math.max(volume, BUFFER_DATAGRAMS_MIN * datagramOctets),
    loss: path.loss / 100,
  };
  return { forward, flows: [{ controller: "bbr" }], durationMs, datagramOctets, ...rest };
}

/** Every combination. */
export function pathsOf(lists: { readonly [Name in keyof Path]: readonly number[] }): Path[] {
  return lists.mbit.flatMap((mbit) =>
    lists.rttMs.flatMap((rttMs) =>
      lists.buffer.flatMap((buffer) => lists.loss.map((loss) => ({ mbit, rttMs, buffer, loss }))),
    ),
  );
}

/** A line for each path: what part of the line each controller delivers, its median queue and what it has dropped. */
export function tableOf(paths: readonly Path[], durationMs: number): string {
  const head = `${"Mbit/s  rtt ms  buffer BDP  loss %".padEnd(36)}${CONTROLLERS.map((name) => name.padEnd(24)).join("")}`;
  return `${[head, ...paths.map((path) => lineOf(path, durationMs))].map((line) => line.trimEnd()).join("\n")}\n`;
}

function lineOf(path: Path, durationMs: number): string {
  const figures = CONTROLLERS.map((controller) => {
    const result = new PathSimulation(planOf(path, durationMs, { flows: [{ controller }] })).run();
    return figuresOf(result, path.mbit).padEnd(24);
  });
  const { mbit, rttMs, buffer, loss } = path;
  return `${String(mbit).padEnd(8)}${String(rttMs).padEnd(8)}${String(buffer).padEnd(12)}${String(loss).padEnd(8)}${figures.join("")}`;
}

/** Share of the line of each flow, median queue, share dropped by the buffer. */
export function figuresOf(result: PathResult, mbit: number): string {
  const shares = result.flows.map((flow) => `${((100 * flow.mbitPerSecond) / mbit).toFixed(0)}%`).join(" + ");
  return `${shares.padEnd(5)} ${result.queueMs.p50.toFixed(0)} ms`.padEnd(13) + ` ${droppedOf(result).toFixed(1)}%`;
}

/** Percent of what was sent forward that the buffer dropped. */
export function droppedOf(result: PathResult): number {
  return (100 * result.forward.dropped) / result.forward.sent;
}
