import { descendants, residentOctets } from "@flor/testkit";
import { startLoad } from "../load/load.ts";
import type { RunningPeer } from "../peers/peer.ts";
import type { Row } from "./row.ts";

const NEW_FLOWS = 4_000;
const FLOWS_AT_ONCE = 32;
const IDLE_FLOWS = 5_000;
/** A process that has done nothing for so long has given back what its start took. */
const IDLE_MS = 5_000;

/** How fast flows come and go, and what an idle one and the peer itself weigh. */
export const flowRows: readonly Row[] = [
  {
    name: "new-flows",
    measure: async (stage, peer) => {
      const report = await startLoad(stage, peer, { kind: "open", count: NEW_FLOWS, parallel: FLOWS_AT_ONCE });
      return { "flows/s": (NEW_FLOWS - report.failed) / report.seconds, failed: report.failed };
    },
  },
  {
    name: "idle-flows",
    fresh: true,
    measure: async (stage, peer) => {
      const before = clientMemory(peer);
      const held = await startLoad(stage, peer, { kind: "hold", count: IDLE_FLOWS, parallel: FLOWS_AT_ONCE });
      const after = clientMemory(peer);
      await held.process.kill();
      return { "KiB/flow, client": (after - before) / IDLE_FLOWS / 1024, failed: held.failed };
    },
  },
  {
    name: "start",
    fresh: true,
    measure: async (_stage, peer) => {
      await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
      return { ms: peer.startMs, "MiB, client": clientMemory(peer) / (1 << 20) };
    },
  },
];

function clientMemory(peer: RunningPeer): number {
  const { client } = peer.processes;
  if (client === undefined) return 0;
  return [client, ...descendants(client)].reduce((sum, pid) => sum + residentOctets(pid), 0);
}
