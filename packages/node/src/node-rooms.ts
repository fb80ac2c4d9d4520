/** The rooms of a node whose events concern other rooms: who hears what from whom. */
import type { IncomingLabelMap } from "@flor/label";
import { nodeKeyOf } from "@flor/link-state";
import type { Instant } from "@flor/machine";
import { type AllowedPeers, sign, verify } from "@flor/quic";
import { viewOf } from "@flor/wire";
import { PORT_MTU_MIN } from "./adjacency.ts";
import { NodeAreas, type NodeAreasOptions } from "./areas/node-areas.ts";
import { ControlPlane } from "./control-plane.ts";
import { Forwarder, type NextHop } from "./forward.ts";
import type { Ingress } from "./ingress.ts";
import type { NodeHost } from "./node-host.ts";
import type { NodeLinks } from "./node-links.ts";
import type { NodeNorthbounds } from "./node-northbounds.ts";
import { downText } from "./peer-trouble.ts";
import { Ports } from "./ports.ts";
import type { NodeServices } from "./services/node-services.ts";
import { Sessions } from "./sessions.ts";
import type { NodeSettings, PeerSettings } from "./settings.ts";
import { StraightPaths } from "./straight-paths.ts";
import { Topology } from "./topology.ts";

/** The rooms that hear of others, by the time they do. */
export interface NodeRooms {
  readonly settings: NodeSettings;
  readonly peers: readonly PeerSettings[];
  readonly sessions: Sessions;
  readonly topology: Topology;
  readonly control: ControlPlane;
  readonly ports: Ports;
  readonly links: NodeLinks;
  readonly straight: StraightPaths;
  readonly ingress: Ingress;
  readonly services: NodeServices;
  readonly northbounds: NodeNorthbounds;
  readonly areas: NodeAreas;
}

/** What all rooms are given. */
export interface Surroundings {
  readonly host: NodeHost;
  /** Whose packets are answered. */
  readonly allowed: AllowedPeers;
  /** The time of the event under way. */
  readonly now: () => Instant;
}

/** Clock and randomness in the forms that rooms ask for. */
function sourcesOf(host: NodeHost): {
  readonly randomFill: (octets: Uint8Array) => void;
  readonly random: () => number;
  readonly unixSeconds: () => number;
} {
  return {
    randomFill: (octets) => host.randomFill(octets),
    random: () => random32(host) / 2 ** 32,
    unixSeconds: () => host.unixSeconds(),
  };
}

/** Sessions with peers; ingress hears what becomes of them. */
export function sessionsOf(node: NodeRooms, { host, allowed }: Surroundings): Sessions {
  const { identity, engines, idleTimeoutMs } = node.settings;
  return new Sessions({
    identity,
    engines,
    idleTimeoutMs,
    allowed,
    peers: node.peers,
    refuses: (hops) => node.topology.peerPaths.leavesBetween(hops).length > 0,
    ...sourcesOf(host),
    observer: {
      handleTouched: () => host.wake(),
      handleSessionReady: (session) => {
        node.ingress.openWaiting(session);
        node.areas.handleSessionReady(session);
      },
      handleUnreachable: (flow, cause) => node.ingress.handleUnreachable(flow, cause),
      handlePeerRemoved: (flow) => node.ingress.handleCarrierLost(flow),
      log: host.log.bind(host),
    },
  });
}

/** The layer as this node knows it; sessions, services and northbounds hear of other paths. */
export function topologyOf(
  node: NodeRooms,
  { host, now }: Surroundings,
  labels: IncomingLabelMap<NextHop>,
  deliveryLabel: number,
): Topology {
  const { identity, signatures, networks, transit = true } = node.settings;
  return new Topology({
    identity,
    sign: signatures?.sign ?? ((octets) => sign(identity, octets)),
    verify: signatures?.verify ?? verify,
    ...(networks && {
      isMember: (key: string) => networks.isOfLayer(key),
      isTold: (neighbour: string, origin: string) => networks.isTold(neighbour, origin),
    }),
    peers: node.peers,
    labels,
    deliveryLabel,
    leaf: !transit,
    ...sourcesOf(host),
    observer: {
      isInUse: (key) => node.sessions.peers.get(key)?.session !== undefined,
      handlePathChanged: (settings, path) => {
        const peer = node.sessions.setPath(settings, path, now());
        if (peer === undefined) return;
        for (const northbound of node.northbounds.all) northbound.handlePathChanged(peer);
        node.areas.handlePathChanged(peer);
      },
      handleLayerChanged: (at) => {
        node.services.handleLayerChanged(at);
        node.ingress.handleLayerChanged(at);
        node.areas.handleLayerChanged();
      },
      handleServicesChanged: (key, at) => node.services.handleNews(key, at),
      handleInstanceChanged: (key) => {
        node.sessions.handleInstanceChanged(key);
        for (const northbound of node.northbounds.all) northbound.handleInstanceChanged(key);
      },
    },
  });
}

/** Control connections with neighbours; ports and sessions hear who was found and who is alive. */
export function controlPlaneOf(node: NodeRooms, { host, allowed, now }: Surroundings): ControlPlane {
  const { identity, engines, networks, joining } = node.settings;
  const log = host.log.bind(host);
  return new ControlPlane({
    identity,
    engines,
    allowed,
    topology: node.topology,
    networks,
    joining,
    ...sourcesOf(host),
    observer: {
      handleNeighbourFound: (adjacency, neighbour, now) => node.ports.adopt(adjacency, neighbour, now),
      handlePortTaken: (adjacency, at) => node.ports.release(adjacency, at),
      handleObserved: (adjacency, address, at) => node.straight.handleObserved(adjacency, address, at),
      handleAliveChanged: (adjacency, alive, at) => {
        node.straight.handleAlive(adjacency, alive, at);
        const { link, neighbour } = adjacency;
        if (alive && neighbour !== undefined) node.sessions.handleAlive(neighbour);
        const fields = { link: link.name, neighbour: neighbour?.name };
        if (alive) log("info", "adjacency-up", fields);
        else log("info", "adjacency-down", { ...fields, reason: downText(adjacency, now()) });
      },
      log,
    },
  });
}

/** Transit; senders of frames that are too big are told on their control connection. */
export function forwarderOf(
  { control }: NodeRooms,
  { now }: Surroundings,
  labels: IncomingLabelMap<NextHop>,
): Forwarder {
  return new Forwarder(labels, control, {
    handleTooBig: (from, label, mtu) => {
      if (from.pathTooBigs.take(1, now())) control.sendTooBig(from, label, mtu);
    },
  });
}

/** Straight ways to peers that are relayed; links hear whom to look for. */
export function straightPathsOf(node: NodeRooms, { host }: Surroundings): StraightPaths {
  return new StraightPaths({
    sessions: node.sessions,
    links: () => node.links,
    randomFill: (octets) => host.randomFill(octets),
    retell: (link) => node.ports.tellNeighbours(link),
    log: host.log.bind(host),
  });
}

/** Ways between networks; ingress hears who hosts of other networks are. */
export function areasOf(
  node: NodeRooms,
  { host, allowed, now }: Surroundings,
  labels: IncomingLabelMap<NextHop>,
  rooms: Pick<NodeAreasOptions, "serve" | "handleGoneLabel">,
): NodeAreas {
  const { identity, signatures, areas: settings } = node.settings;
  const { random } = sourcesOf(host);
  return new NodeAreas({
    ...rooms,
    ownKey: nodeKeyOf(identity.publicKey),
    settings,
    verify: signatures?.verify ?? verify,
    host,
    sessions: node.sessions,
    labels,
    allowed,
    random,
    now,
    retry: (flow) => node.ingress.handleCarrierLost(flow),
    handleUnreachable: (flow, ...why) => node.ingress.handleForeignRefused(flow, ...why),
  });
}

/** Ports of links, as adjacencies to neighbours. */
export function portsOf(node: NodeRooms, { host }: Surroundings): Ports {
  const { topology, control, straight } = node;
  return new Ports({ straight, peers: () => node.peers, topology, control, host, portMtuMin: PORT_MTU_MIN });
}

/** A random number of 32 bits. */
export function random32(host: NodeHost): number {
  const octets = new Uint8Array(4);
  host.randomFill(octets);
  return viewOf(octets).getUint32(0);
}
