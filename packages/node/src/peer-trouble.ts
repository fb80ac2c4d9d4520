/** Why a peer is not up, in the words that the person at this end needs. */
import type { Instant } from "@flor/machine";
import type { Adjacency } from "./adjacency.ts";
import { HELLO_DETECT_MULTIPLIER, HELLO_INTERVAL_MS } from "./hello.ts";
import type { Knocks } from "./knocks.ts";
import type { NodeLink } from "./node-link.ts";
import type { Peer } from "./peer.ts";
import type { ReachWatch } from "./reach-watch.ts";
import type { NodeSettings } from "./settings.ts";
import type { PeerState } from "./status.ts";
import type { Topology } from "./topology.ts";

/** What a node knows of its peers. */
export interface Known {
  readonly settings: NodeSettings;
  readonly links: ReadonlyMap<string, NodeLink>;
  readonly topology: Pick<Topology, "neighbours">;
  readonly knocks: Knocks;
  readonly reach: ReachWatch;
}

/** A handshake that takes this long is worth a word. */
const HANDSHAKE_MS = 2000;

/** Why the peer is in this state; `undefined`: nothing is wrong with it. */
export function troubleOf(node: Known, peer: Peer, state: PeerState, now: Instant): string | undefined {
  if (state === "silent")
    return `nothing is heard from ${firstHop(peer)}${heardText(node, peer, now)}; flows wait a while for it`;
  if (state === "connecting") return connectingTrouble(node, peer, now);
  return state === "unreachable" ? unreachableTrouble(node, peer, now) : undefined;
}

/** Why a neighbour is not heard over one adjacency, in the words that `status` has for its peer. */
export function adjacencyTrouble(node: Known, name: string, adjacency: Adjacency, now: Instant): string {
  const { link, address, problem, portUp } = adjacency;
  if (link.door === undefined) return `its link ${link.name} is down`;
  if (problem !== "") return address === "" || problem.includes(address) ? problem : `${address}: ${problem}`;
  const knock = node.knocks.problemOf(name, now);
  if (knock !== undefined) return knock;
  if (!portUp) return `link ${link.name} has no way to it yet`;
  if (isHeard(adjacency, now))
    return `it is heard, and does not hear this node: what goes to ${address} is lost on the way; does a firewall or a NAT drop it?`;
  const since = node.reach.silentSince(adjacency) ?? now;
  const own = node.settings.identity.id.slice(0, 12);
  return `${address} answers nothing for ${secondsText(now - since)}: is ${name} up there and its port open, does it list this node (${own}…), do both clocks agree?`;
}

function unreachableTrouble(node: Known, peer: Peer, now: Instant): string {
  const { via, links, name, id } = peer.settings;
  if (via.length > 0) return `no path through ${via.join(", ")} yet: is ${via[0] ?? ""} up, and does it list ${name}?`;
  const beneath = links.find(({ link, address }) => address && node.links.get(link)?.kind === "native");
  if (beneath?.address !== undefined)
    return `nobody is at ${beneath.address}: is that a peer of the node beneath, with a northbound of the same name and this peer upon it?`;
  const known = links.flatMap(({ link }) => node.links.get(link)?.adjacencies.get(id) ?? []);
  const ways = [...new Set([...known, ...(node.topology.neighbours.get(peer.key)?.adjacencies ?? [])])];
  const dialled = links.some(({ address }) => address !== undefined);
  if (!dialled) return node.knocks.problemOf(name, now) ?? waitingText(ways, now);
  return ways.map((way) => adjacencyTrouble(node, name, way, now)).join("; ") || "its link is down";
}

function connectingTrouble(node: Known, peer: Peer, now: Instant): string | undefined {
  const forMs = now - (peer.redial.since ?? now);
  if (forMs < HANDSHAKE_MS) return undefined;
  const { name } = peer.settings;
  const way = peer.path?.nextHop.name === name ? "" : ` by way of ${firstHop(peer)}`;
  const cause = node.knocks.problemOf(name, now) ?? `does ${name} list this node?`;
  return `its handshake${way} is not answered for ${secondsText(forMs)}: ${cause}`;
}

function waitingText(ways: readonly Adjacency[], now: Instant): string {
  const heardAt = Math.max(-Infinity, ...ways.map(({ lastHeardAt }) => lastHeardAt));
  const last = Number.isFinite(heardAt) ? `, last heard ${secondsText(now - heardAt)} ago` : "";
  return `it has no address here: waiting for it to come${last}`;
}

function heardText(node: Known, peer: Peer, now: Instant): string {
  const best = peer.path?.nextHop.best;
  const since = best && (Number.isFinite(best.lastHeardAt) ? best.lastHeardAt : node.reach.silentSince(best));
  return since === undefined ? "" : ` for ${secondsText(now - since)}`;
}

function isHeard({ lastHeardAt }: Adjacency, now: Instant): boolean {
  return now - lastHeardAt <= HELLO_INTERVAL_MS * HELLO_DETECT_MULTIPLIER * 2;
}

function firstHop(peer: Peer): string {
  return peer.path?.nextHop.name ?? peer.settings.name;
}

function secondsText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
