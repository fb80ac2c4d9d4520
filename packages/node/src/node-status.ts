/**
 * What the node's core says for `flor status`; the host adds processes and listeners.
 */
import type { Instant } from "@flor/machine";
import { nodeKeyOf } from "@flor/link-state";
import { areasStatusOf, foreignStatusOf, foreignTroubleOf } from "./areas/area-status.ts";
import { destinationText } from "@flor/wire";
import type { Adjacency } from "./adjacency.ts";
import type { Flow } from "@flor/flows";
import type { CarriedSession } from "./carried-session.ts";
import { CloseCode } from "./close-code.ts";
import type { FlorNode } from "./flor-node.ts";
import type { NextHop } from "./forward.ts";
import type { NodeLink } from "./node-link.ts";
import type { Peer } from "./peer.ts";
import { troubleOf } from "./peer-trouble.ts";
import {
  type AdjacencyStatus,
  type FlowsStatus,
  type FlowStatus,
  type LabelsStatus,
  type NodeStatus,
  type PeerState,
  type PeerStatus,
  type PortStatus,
  STATUS_FLOWS_MAX,
  STATUS_LABELS_MAX,
} from "./status.ts";

const SHORT_KEY_CHARACTERS = 8;

/** The parts of a {@link NodeStatus} that the core knows. */
export function coreStatusOf(
  node: FlorNode,
  now: Instant,
): Pick<NodeStatus, "peers" | "knocks" | "northbounds" | "areas" | "flows" | "labels" | "transit" | "drops"> {
  const areas = areasStatusOf(node.areas.areas, now);
  return {
    peers: [...node.sessions.peers.values()].map((peer) => peerStatusOf(node, peer, now)),
    knocks: node.knocks.status(now),
    northbounds: node.northbounds.all.map((northbound) => ({
      name: northbound.network,
      attached: northbound.isAttached,
      peers: northbound.heardPeers(now).map(({ settings }) => settings.name),
    })),
    ...(areas !== undefined && { areas }),
    flows: flowsStatusOf(node, now),
    labels: labelsStatusOf(node),
    transit: node.transit.status(now),
    drops: node.drops.counts,
  };
}

/** What the node counts of a link besides what its session does. */
export function linkCountsOf({ framesToSilent, framesRepaired }: NodeLink): Record<string, number> {
  return { "frames-to-silent": framesToSilent, "frames-repaired": framesRepaired };
}

/** The ports of a link as the node knows them. */
export function portStatusOf(link: NodeLink): PortStatus[] {
  return [...link.adjacencies.values()].map((adjacency) => ({
    port: adjacency.port,
    key: adjacency.key,
    up: adjacency.portUp && adjacency.alive,
    stranger: adjacency.provisional,
    address: adjacency.address,
    mtuOctets: adjacency.mtu,
    segmentMtuOctets: adjacency.segmentMtu,
    peer: adjacency.neighbour?.name,
  }));
}

function peerStatusOf(node: FlorNode, peer: Peer, now: Instant): PeerStatus {
  const { settings, path } = peer;
  const session = sessionToShow(node, peer);
  const stats = session?.connection.statistics();
  const neighbour = node.topology.neighbours.get(peer.key);
  const adjacencies = [...(neighbour?.adjacencies ?? [])].map((one) => adjacencyStatusOf(one, neighbour?.best));
  const state = peerStateOf(peer, session);
  const reach = node.straight.status(peer);
  const foreign = foreignStatusOf(node, peer, now);
  const misconduct = node.control.messages.conduct.reason(peer.key, now);
  return {
    name: settings.name,
    id: settings.id,
    state,
    path: path === undefined ? [] : hopNames(node, peer),
    labels: path?.stack ?? [],
    payloadOctets: path?.payloadMtu,
    unsegmentedPayloadOctets: path?.unsegmentedPayloadMtu,
    rttMs: state === "up" || state === "idle" ? (stats?.rttMs ?? neighbour?.best?.rttMs) : undefined,
    datagramOctets: stats?.datagramOctets,
    adjacencies,
    ...(reach !== undefined && { reach }),
    ...(foreign !== undefined && { foreign }),
    session:
      session === undefined || stats === undefined
        ? undefined
        : {
            streams: session.flows.size,
            sentOctets: stats.sentOctets,
            receivedOctets: stats.receivedOctets,
            sentPackets: stats.sentPackets,
            lostPackets: stats.lostPackets,
          },
    lastEnd: peer.lastEnd && { reason: peer.lastEnd.reason, agoMs: Math.round(now - peer.lastEnd.at) },
    reason: foreignTroubleOf(node, peer, now) ?? troubleOf(node, peer, state, now),
    ...(misconduct !== undefined && { misconduct }),
  };
}

function sessionToShow(node: FlorNode, peer: Peer): CarriedSession | undefined {
  if (peer.session !== undefined) return peer.session;
  const isWayHeard = peer.path?.nextHop.isHeard === true;
  for (const session of node.sessions.carried) {
    if (session.peer !== peer || !session.established || session.isOver) continue;
    if (!isWayHeard || !isGivenUp(session)) return session;
  }
  return undefined;
}

/** It goes on for the flows that it has, but new ones wait for another: it does not tell that the peer is up. */
function isGivenUp({ retirement }: CarriedSession): boolean {
  return retirement !== undefined && retirement.code !== CloseCode.superseded;
}

function peerStateOf(peer: Peer, session: CarriedSession | undefined): PeerState {
  const isHeard = peer.path?.nextHop.isHeard === true;
  if (session !== undefined) return isHeard ? "up" : "silent";
  if (!isHeard) return "unreachable";
  return peer.attempts.size > 0 ? "connecting" : "idle";
}

/** Names of the nodes on the way, or the beginning of the id of one that is not our peer. */
function hopNames(node: FlorNode, peer: Peer): string[] {
  const gateway = node.sessions.peers.get(node.areas.areas.hosts.get(peer.key)?.way?.peer ?? "");
  if (gateway !== undefined) return [...hopNames(node, gateway), peer.settings.name];
  const hops = node.topology.peerPaths.inUse(peer.key)?.path.hops ?? [];
  return hops.map((key) => node.topology.neighbours.get(key)?.name ?? key.slice(0, SHORT_KEY_CHARACTERS));
}

function adjacencyStatusOf(adjacency: Adjacency, best: Adjacency | undefined): AdjacencyStatus {
  return {
    link: adjacency.link.name,
    port: adjacency.port,
    address: adjacency.address,
    alive: adjacency.alive,
    best: adjacency === best,
    rttMs: adjacency.alive ? adjacency.rttMs : undefined,
  };
}

function flowsStatusOf(node: FlorNode, now: Instant): FlowsStatus {
  let open = 0;
  let { outbound: outboundOctets, inbound: inboundOctets } = node.sessions.carried.finishedOctets;
  const list: FlowStatus[] = [];
  for (const session of node.sessions.carried) {
    const ingress = session.connection.role === "client";
    outboundOctets += ingress ? session.finished.toStream : session.finished.toSocket;
    inboundOctets += ingress ? session.finished.toSocket : session.finished.toStream;
    for (const [stream, flow] of session.flows) {
      const status = flowStatusOf(session, stream, flow, now);
      open += 1;
      outboundOctets += status.outboundOctets;
      inboundOctets += status.inboundOctets;
      if (list.length < STATUS_FLOWS_MAX) list.push(status);
    }
  }
  const failed = { ...node.ingress.failedByCause, ...withPrefix("egress-", node.egress.failedByCause) };
  return { open, opened: node.ingress.opened + node.egress.accepted, failed, outboundOctets, inboundOctets, list };
}

function flowStatusOf(session: CarriedSession, stream: number, flow: Flow, now: Instant): FlowStatus {
  const role = session.connection.role === "client" ? "ingress" : "egress";
  const toStream = flow.relay?.octetsToStream ?? 0;
  const toSocket = flow.relay?.octetsToSocket ?? 0;
  return {
    id: `${session.peer.settings.name}/${stream}`,
    role,
    peer: session.peer.settings.name,
    network: flow.network,
    target: flow.destination === undefined ? "" : destinationText(flow.destination),
    ageMs: Math.round(now - flow.startedAt),
    outboundOctets: role === "ingress" ? toStream : toSocket,
    inboundOctets: role === "ingress" ? toSocket : toStream,
  };
}

function labelsStatusOf(node: FlorNode): LabelsStatus {
  const incoming = [...node.labels.entries()].slice(0, STATUS_LABELS_MAX).map(([label, { nextHop, push }]) => ({
    label,
    push,
    nextHop: nextHopName(nextHop),
    local: "consumer" in nextHop,
  }));
  const names = new Map(node.peers.map(({ publicKey, name }) => [nodeKeyOf(publicKey), name]));
  const outgoing = [...node.topology.paths.entries()].slice(0, STATUS_LABELS_MAX).map(([fec, path]) => ({
    destination: names.get(fec) ?? fec,
    push: path.stack,
    nextHop: path.nextHop.name,
    payloadMtuOctets: path.payloadMtu,
  }));
  return { incoming, outgoing };
}

function nextHopName(nextHop: NextHop): string {
  return "consumer" in nextHop ? "sessions of this node" : nextHop.neighbour.name;
}

function withPrefix(prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [prefix + name, count]));
}
