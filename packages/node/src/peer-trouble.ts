/** Why a peer is not up, in the words that the person at this end needs. */
import type { Instant } from "@flor/machine";
import type { Adjacency } from "./adjacency.ts";
import { HELLO_DETECT_MULTIPLIER } from "./hello.ts";
import type { Knocks } from "./knocks.ts";
import type { Neighbour } from "./neighbour.ts";
import type { NodeLinks } from "./node-links.ts";
import type { Peer } from "./peer.ts";
import type { ReachWatch } from "./reach-watch.ts";
import type { Identity } from "@flor/quic";
import type { PeerState } from "./status.ts";
import type { Topology } from "./topology.ts";

/** What a node knows of its peers. */
export interface Known {
  readonly identity: Identity;
  readonly links: Pick<NodeLinks, "get">;
  readonly topology: Pick<Topology, "neighbours" | "peerPaths">;
  readonly knocks: Knocks;
  readonly reach: ReachWatch;
}

/** Characters of an id that tell nodes apart for people. */
const OWN_ID_CHARACTERS = 12;
/** Of the key of a node that is not listed. */
const SHORT_KEY_CHARACTERS = 8;
/** A handshake that takes this long is worth a word. */
const HANDSHAKE_MS = 2000;

/** Why the peer is in this state; `undefined`: nothing is wrong with it. */
export function troubleOf(node: Known, peer: Peer, state: PeerState, now: Instant): string | undefined {
  if (state === "connecting") return connectingTrouble(node, peer, now);
  const { via, name } = peer.settings;
  if (state === "idle") return peer.turnedAway && turnedAwayText(name, peer.turnedAway, now);
  if (state !== "silent" && state !== "unreachable") return undefined;
  const refusal = peer.path === undefined ? refusalText(node, peer) : undefined;
  // What keeps a neighbour away comes first; who would carry in between is the smaller trouble.
  if (refusal !== undefined && (via.length > 0 || peer.settings.links.length === 0)) return refusal;
  if (state === "unreachable" && via.length > 0)
    return `no path through ${via.join(", ")} yet: is ${via[0] ?? ""} up, and does it list ${name}?`;
  const first = peer.path?.nextHop;
  const ways = first === undefined || first.name === name ? waysTrouble(node, peer, now) : hopTrouble(node, first, now);
  const trouble = refusal === undefined ? ways : `${ways}; ${refusal}`;
  return state === "silent" ? `${trouble}${trouble.endsWith("?") ? " Flows" : "; flows"} wait a while for it` : trouble;
}

/** What is wrong with a neighbour over one adjacency that is not alive, in the words that `status` has for its peer. */
export function adjacencyTrouble(node: Known, name: string, adjacency: Adjacency, now: Instant): string {
  const { link, problem, portUp, farewellAt, farewellReason, isFarewellOurs, lastHeardAt } = adjacency;
  const address = adjacency.address === "" ? name : adjacency.address;
  if (link.door === undefined) return `its link ${link.name} is down`;
  if (farewellAt !== undefined && farewellReason !== undefined && isFarewellOurs)
    return `this node turned ${name} away ${secondsText(now - farewellAt)} ago: ${farewellReason}`;
  if (farewellAt !== undefined && farewellReason !== undefined)
    return turnedAwayText(name, { reason: farewellReason, at: farewellAt }, now);
  if (farewellAt !== undefined)
    return `${name} announced ${secondsText(now - farewellAt)} ago that it stops: start it there`;
  const knock = node.knocks.problemOf(name, now);
  if (knock !== undefined) return knock;
  if (problem !== "") return problem.includes(address) ? problem : `${address}: ${problem}`;
  if (!portUp) return `link ${link.name} has no path to it yet`;
  if (isHeard(adjacency, now))
    return `${address} is heard, but does not hear this node: packets to it are lost; does a firewall or a NAT drop them?`;
  if (Number.isFinite(lastHeardAt))
    return `nothing was heard from ${address} for ${secondsText(now - lastHeardAt)}: is ${name} up, does the path still exist, does it still list this node?`;
  const other = otherAt(adjacency);
  if (other !== undefined)
    return `${other} answers at ${address}, and ${name} does not: is the address of ${name} wrong here, or its id?`;
  const since = node.reach.silentSince(adjacency) ?? now;
  const own = node.identity.id.slice(0, OWN_ID_CHARACTERS);
  return `${address} has not answered for ${secondsText(now - since)}: is ${name} up and its port open, does it list this node (${own}…), do both clocks agree?`;
}

/** Name of another peer that is heard where this adjacency is dialled. */
function otherAt(adjacency: Adjacency): string | undefined {
  const { link, address } = adjacency;
  if (address === "") return undefined;
  const others = [...link.adjacencies.values()].filter(
    (one) => one !== adjacency && one.alive && one.address === address,
  );
  return others.find(({ neighbour }) => neighbour !== undefined)?.neighbour?.name;
}

function waysTrouble(node: Known, peer: Peer, now: Instant): string {
  const { links, name, id } = peer.settings;
  const beneath = links.find(({ link, address }) => address && node.links.get(link)?.kind === "native");
  const known = links.flatMap(({ link }) => node.links.get(link)?.adjacencies.get(id) ?? []);
  const ways = [...new Set([...known, ...(node.topology.neighbours.get(peer.key)?.adjacencies ?? [])])];
  if (beneath?.address !== undefined && !ways.some(({ lastHeardAt }) => Number.isFinite(lastHeardAt)))
    return `nobody is at ${beneath.address}: is that a peer of the node beneath, with a northbound of the same name and this peer attached to it?`;
  const wasHere = ways.filter(
    ({ lastHeardAt, farewellAt }) => Number.isFinite(lastHeardAt) || farewellAt !== undefined,
  );
  const down = `its link ${links.map(({ link }) => link).join(", ")} is down`;
  if (links.length > 0 && links.every(({ link }) => node.links.get(link)?.door === undefined)) return down;
  const dialled = links.some(({ address }) => address !== undefined);
  if (!dialled && wasHere.length === 0)
    return (
      node.knocks.problemOf(name, now) ?? lostText(peer, now) ?? "it has no address here: waiting for it to connect"
    );
  const told = dialled ? ways : wasHere;
  return told.map((way) => adjacencyTrouble(node, name, way, now)).join("; ") || down;
}

/** No path leads there since nodes on it carry nothing for others; `undefined`: that is not why. */
function refusalText({ topology }: Known, { key, settings }: Peer): string | undefined {
  const refused = topology.peerPaths.refused(key);
  if (refused === undefined) return undefined;
  const names = refused.by.map((hop) => topology.neighbours.get(hop)?.name ?? hop.slice(0, SHORT_KEY_CHARACTERS));
  const who = `${names.join(" and ")} (transit: false there)`;
  return settings.via.length > 0
    ? `via leads over nodes that carry nothing for others: ${who}`
    : `every path leads over nodes that carry nothing for others, such as ${who}`;
}

function lostText({ path, lastPath, pathLostAt, barredBy }: Peer, now: Instant): string | undefined {
  if (path !== undefined || lastPath === undefined) return undefined;
  if (barredBy !== undefined)
    return `its path led over ${barredBy}, which is no member any more, and there is no other`;
  return `its path, through ${lastPath.nextHop.name}, was lost ${secondsText(now - pathLostAt)} ago, and there is no other`;
}

function hopTrouble(node: Known, hop: Neighbour, now: Instant): string {
  const ways = [...hop.adjacencies];
  return (
    ways.map((way) => adjacencyTrouble(node, hop.name, way, now)).join("; ") || `nothing is heard from ${hop.name}`
  );
}

/** Why an adjacency is not alive any more, in a few words. */
export function downText(adjacency: Adjacency, now: Instant): string {
  const { farewellAt, farewellReason, lastHeardAt, link, portUp, problem } = adjacency;
  if (farewellAt !== undefined) return farewellReason ?? "it stops";
  if (!portUp && problem !== "" && link.door !== undefined) return problem;
  if (!portUp || link.isDraining) return `its link ${link.name} ${link.isDraining ? "is drained" : "is down"}`;
  if (!Number.isFinite(lastHeardAt)) return "it reports that nothing reaches it";
  return now - lastHeardAt < detectionOf(adjacency) ? "it no longer hears this node" : "nothing is heard";
}

function connectingTrouble(node: Known, peer: Peer, now: Instant): string | undefined {
  const forMs = now - (peer.redial.since ?? now);
  if (forMs < HANDSHAKE_MS) return undefined;
  const { name } = peer.settings;
  const way = peer.path?.nextHop.name === name ? "" : ` through ${firstHop(peer)}`;
  const turnedAway = peer.turnedAway && turnedAwayText(name, peer.turnedAway, now);
  const cause = turnedAway ?? node.knocks.problemOf(name, now) ?? `does ${name} list this node?`;
  return `its handshake${way} has not been answered for ${secondsText(forMs)}: ${cause}`;
}

function turnedAwayText(name: string, { reason, at }: NonNullable<Peer["turnedAway"]>, now: Instant): string {
  return `${name} turned this node away ${secondsText(now - at)} ago: ${reason}`;
}

/** Hellos of an adjacency that is not alive are rarer. */
function isHeard(adjacency: Adjacency, now: Instant): boolean {
  return now - adjacency.lastHeardAt <= detectionOf(adjacency) * 2;
}

function detectionOf({ helloIntervalMs }: Adjacency): number {
  return helloIntervalMs * HELLO_DETECT_MULTIPLIER;
}

function firstHop(peer: Peer): string {
  return peer.path?.nextHop.name ?? peer.settings.name;
}

function secondsText(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
