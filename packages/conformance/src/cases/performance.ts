import { FRAME_HEADER_OCTETS } from "@flor/wire";
import { carry, numbered, sendWithinCredit } from "../carry.ts";
import type { ConformanceCase } from "../conformance-case.ts";
import { Section } from "../contract.ts";
import type { Crossing } from "../crossing.ts";
import { frameContent } from "../frame-content.ts";
import { processorSeconds } from "../proc.ts";
import { nextTurn } from "../waiting.ts";

const group = "performance";
const MEASURE_MS = 1500;
const ROUND_TRIPS = 200;

/** Figures that nobody passes or fails. */
export const performanceCases: readonly ConformanceCase[] = [
  throughputCase("PERF-01", 100),
  throughputCase("PERF-02", 1200),
  throughputCase("PERF-03", 1400),
  {
    id: "PERF-04",
    group,
    title: "one frame's way through two links",
    level: "figure",
    section: Section.datagrams,
    async run(bench) {
      const { near, far } = await bench.cross();
      const times: number[] = [];
      for (let round = 0; round < ROUND_TRIPS; round += 1) {
        const start = performance.now();
        const [frame] = await carry(near, far, numbered([100], round), { lotFrames: 1 });
        if (frame !== undefined) times.push(frame.at - start);
      }
      times.sort((a, b) => a - b);
      const at = (share: number): string => (times[Math.floor(times.length * share)] ?? Number.NaN).toFixed(2);
      return `median ${at(0.5)} ms, 99 % ${at(0.99)} ms`;
    },
  },
];

function throughputCase(id: string, length: number): ConformanceCase {
  return {
    id,
    group,
    title: `frames of ${length} octets, as many as credit allows`,
    level: "figure",
    section: Section.credit,
    async run(bench) {
      const crossing = await bench.cross();
      return measure(crossing, length - FRAME_HEADER_OCTETS);
    },
  };
}

async function measure({ near, far }: Crossing, length: number): Promise<string> {
  let arrived = 0;
  far.link.onFrame = () => {
    arrived += 1;
  };
  const pids = [near.link.child.pid, far.link.child.pid];
  const before = pids.map(processorSeconds);
  const start = performance.now();
  let sent = 0;
  for (; performance.now() - start < MEASURE_MS; sent += 1) {
    await sendWithinCredit(near, frameContent(length, sent));
    // The kit lives in the same loop as both nodes: it must read, too.
    if (sent % 64 === 63) {
      near.link.flush();
      await nextTurn();
    }
  }
  await near.link.barrier();
  const seconds = (performance.now() - start) / 1000;
  const [nearMicros = 0, farMicros = 0] = pids.map(
    (pid, index) => ((processorSeconds(pid) - (before[index] ?? 0)) * 1e6) / Math.max(1, arrived),
  );
  const rate = `${(arrived / seconds / 1000).toFixed(1)} thousand frames a second`;
  const lost = `${((1 - arrived / sent) * 100).toFixed(1)} % lost`;
  return `${rate}, ${lost}, ${nearMicros.toFixed(1)} + ${farMicros.toFixed(1)} µs of processor each`;
}
