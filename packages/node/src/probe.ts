/** Echoes along a path: to any node on it, and back over the same nodes. */
import type { Instant } from "@flor/machine";
import type { EchoRequest } from "./echo.ts";
import type { EchoOutcome, Echoes } from "./echoes.ts";
import type { Topology } from "./topology.ts";

/** The node that sends. */
export interface Probing {
  readonly topology: Topology;
  readonly echoes: Echoes;
}

/** How an echo is sent. */
export interface ProbeOptions extends Pick<EchoRequest, "run" | "sequence" | "isWhole" | "octets"> {
  readonly timeoutMs: number;
  /** How a node is called when it is to blame. */
  readonly nameOf: (nodeKey: string) => string;
}

/**
 * Sends an echo to the last of `hops`, node keys, over all of them.
 *
 * @param settle called once: with the round trip, or with why there is none
 */
export function probe(
  node: Probing,
  hops: readonly string[],
  { timeoutMs, nameOf, ...request }: ProbeOptions,
  now: Instant,
  settle: (outcome: EchoOutcome) => void,
): void {
  const { topology, echoes } = node;
  const last = hops.at(-1) ?? "";
  const there = topology.peerPaths.edgesOf(hops);
  const back = topology.peerPaths.edgesBack(hops);
  const entry = topology.database.get(last);
  const via = topology.neighbours.get(hops[0] ?? "")?.best;
  if (there === undefined || entry === undefined || via === undefined)
    return settle({ problem: `the path to ${nameOf(last)} is gone` });
  const refusers = topology.peerPaths.leavesBetween(hops).map(nameOf);
  if (refusers.length > 0) return settle({ problem: `${refusers.join(" and ")} carries nothing for others` });
  if (!entry.echo) return settle({ problem: `${nameOf(last)} does not answer echoes: its flor is older` });
  if (back === undefined) {
    const first = nameOf(hops[0] ?? "");
    const lost = via.alive ? `no path back from ${nameOf(last)} over the same nodes` : `nothing is heard from ${first}`;
    return settle({ problem: lost });
  }
  const labels = there.flatMap((edge) => ("label" in edge ? edge.label : []));
  const way = { via, stack: [...labels, entry.deliveryLabel] };
  const echo = { ...request, back: [...back.map(({ label }) => label), topology.deliveryLabel] };
  echoes.ask(echo, way, timeoutMs, now, settle);
}
