import { proxyArguments } from "./curl.ts";
import type { RunningPeer } from "./peers/peer.ts";
import type { Stage } from "./stage.ts";

const ATTEMPTS = 100;

/** Resolves once a request through the peer is answered: then it has started. */
export async function waitForFlow(stage: Stage, peer: Pick<RunningPeer, "socksPort" | "target">): Promise<void> {
  // Early on a proxy refuses, or accepts and then fails.
  const command = `for i in $(seq ${ATTEMPTS}); do curl "$@" && exit 0; sleep 0.1; done; exit 1`;
  const args = ["-s", "-o", "/dev/null", "--max-time", "2", ...proxyArguments(peer), `http://${peer.target}/empty`];
  await stage.client.run("sh", "-c", command, "curl", ...args);
}
