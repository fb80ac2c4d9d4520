/** Starts the load client where a peer's clients are. */
import { fileURLToPath } from "node:url";
import type { StartedProcess } from "@flor/testkit";
import type { RunningPeer } from "../peers/peer.ts";
import type { Stage } from "../stage.ts";
import type { LoadOrder, LoadReport } from "./load-order.ts";

const LOAD_TIMEOUT_MS = 120_000;

/** Runs a load against the echo server, through a peer; resolves to what it saw, while `hold` goes on. */
export async function startLoad(
  stage: Stage,
  peer: RunningPeer,
  what: Pick<LoadOrder, "kind" | "count" | "parallel">,
): Promise<LoadReport & { readonly process: StartedProcess }> {
  const socks = peer.socksPort === undefined ? {} : { socksPort: peer.socksPort };
  const order: LoadOrder = { ...what, ...socks, host: peer.target, port: stage.echoPort };
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const started = stage.client.start(process.execPath, [main, JSON.stringify(order)]);
  const [line] = await started.waitForOutput(/^\{.*\}$/m, LOAD_TIMEOUT_MS);
  return { ...(JSON.parse(line) as LoadReport), process: started };
}

/** The value below which this share of the values lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
