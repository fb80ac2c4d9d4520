/**
 * Every metric of a node, in the order of docs/metrics.md, which a test compares with this table. To add one: show the
 * value in `NodeStatus`, add its line here and its row there.
 */
import type { InboundStatus, LinkStatus, NodeStatus, PeerStatus, SessionStatus } from "@flor/node";
import { SERVICE_METRICS } from "./service-metrics.ts";
import { byName, flag, type Labels, type Metric, one, type Sample } from "./metric.ts";

type Read = Metric["read"];

function gauge(name: Metric["name"], help: string, labels: readonly string[], read: Read): Metric {
  return { name, type: "gauge", help, labels, read };
}

function counter(name: Metric["name"], help: string, labels: readonly string[], read: Read): Metric {
  return { name, type: "counter", help, labels, read };
}

/** Counters of a link's end that have metrics of their own; the others are drops. */
const DROP = "drop.";
/** What a link reports of itself has names of its own: those spelled as ours are shown. */
const REPORTED_NAME = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;

const NODE: readonly Metric[] = [
  gauge("flor_build_info", "1, with the version of flor and the name of the node", ["node", "version"], (node) => [
    { labels: { node: node.name, version: node.version }, value: 1 },
  ]),
  gauge("flor_uptime_seconds", "Since the node started", [], ({ uptimeMs }) => one(uptimeMs / 1000)),
  gauge("flor_resident_memory_bytes", "Memory of the node's process", [], ({ memory }) => one(memory.residentOctets)),
  gauge("flor_heap_bytes", "JavaScript objects of the node's process", [], ({ memory }) => one(memory.heapOctets)),
  gauge("flor_loop_delay_seconds", "How long events recently waited for the node", ["at"], ({ loopDelayMs }) =>
    byName("at", { p50: loopDelayMs.p50 / 1000, p99: loopDelayMs.p99 / 1000, max: loopDelayMs.max / 1000 }),
  ),
  gauge("flor_reload_failed", "1 while the configuration's file cannot be applied", [], ({ reloadProblem }) =>
    one(flag(reloadProblem !== undefined)),
  ),
  counter("flor_mistakes_total", "Bugs in flor that the node survived", ["error"], ({ mistakes }) =>
    byName("error", mistakes),
  ),
  counter("flor_drops_total", "Frames and messages that the node dropped", ["reason"], ({ drops }) =>
    byName("reason", drops),
  ),
  gauge("flor_transit_refused", "1 while the node carries nothing for others", [], ({ transit }) =>
    one(flag(transit?.carries === false)),
  ),
  counter("flor_transit_frames_total", "Frames of others that the node sent on", [], ({ transit }) =>
    transit === undefined ? [] : one(transit.frames),
  ),
  gauge("flor_knocks", "Packets of the last minute that were not let in", [], ({ knocks }) =>
    one(knocks.reduce((sum, { count }) => sum + count, 0)),
  ),
];

const FLOWS: readonly Metric[] = [
  gauge("flor_flows_open", "Flows open now", [], ({ flows }) => one(flows.open)),
  counter("flor_flows_opened_total", "Flows opened", [], ({ flows }) => one(flows.opened)),
  counter("flor_flows_failed_total", "Flows that were not opened", ["cause"], ({ flows }) =>
    byName("cause", flows.failed),
  ),
  counter("flor_flows_bytes_total", "Octets of flows, outbound from clients to targets", ["direction"], ({ flows }) =>
    byName("direction", { outbound: flows.outboundOctets, inbound: flows.inboundOctets }),
  ),
];

const INBOUNDS: readonly Metric[] = [
  gauge(
    "flor_inbound_clients",
    "Clients connected now",
    ["inbound"],
    ofInbounds(({ clients }) => clients),
  ),
  counter(
    "flor_inbound_accepted_total",
    "Clients accepted",
    ["inbound"],
    ofInbounds(({ accepted }) => accepted),
  ),
  counter(
    "flor_inbound_refused_total",
    "Clients that were turned away before a flow was open",
    ["inbound", "reason"],
    ({ inbounds }) => inbounds.flatMap((one) => byName("reason", one.refused, inboundLabels(one))),
  ),
];

const PEERS: readonly Metric[] = [
  gauge("flor_peer_up", "1 while flows to the peer can be opened", ["peer"], ({ peers }) =>
    peers.map((peer) => ({ labels: peerLabels(peer), value: flag(peer.state === "up") })),
  ),
  gauge(
    "flor_peer_rtt_seconds",
    "Round trip to the peer; absent while it is not reached",
    ["peer"],
    ofPeers(({ rttMs }) => rttMs && rttMs / 1000),
  ),
  gauge(
    "flor_peer_hops",
    "Nodes on the path to the peer, including the peer; 0: there is no path",
    ["peer"],
    ofPeers(({ path }) => path.length),
  ),
  gauge("flor_peer_adjacencies_up", "Live adjacencies to the neighbour", ["peer", "link"], adjacenciesUp),
  gauge(
    "flor_session_streams",
    "Flows of the session with the peer",
    ["peer"],
    ofSessions(({ streams }) => streams),
  ),
  counter(
    "flor_session_sent_bytes_total",
    "Octets that the session sent",
    ["peer"],
    ofSessions(({ sentOctets }) => sentOctets),
  ),
  counter(
    "flor_session_received_bytes_total",
    "Octets that the session received",
    ["peer"],
    ofSessions(({ receivedOctets }) => receivedOctets),
  ),
  counter(
    "flor_session_sent_packets_total",
    "Packets that the session sent",
    ["peer"],
    ofSessions(({ sentPackets }) => sentPackets),
  ),
  counter(
    "flor_session_lost_packets_total",
    "Packets of the session that were lost on the way",
    ["peer"],
    ofSessions(({ lostPackets }) => lostPackets),
  ),
];

const LINKS: readonly Metric[] = [
  gauge("flor_link_ready", "1 while the link carries", ["link", "kind"], ({ links }) =>
    links.map(({ name, kind, state }) => ({ labels: { link: name, kind }, value: flag(state === "ready") })),
  ),
  gauge(
    "flor_link_degraded",
    "1 while the link crashes or misbehaves",
    ["link"],
    ofLinks(({ degraded }) => flag(degraded)),
  ),
  counter(
    "flor_link_restarts_total",
    "Restarts of the link's process",
    ["link"],
    ofLinks(({ restarts }) => restarts),
  ),
  gauge(
    "flor_link_ports",
    "Neighbours that the link reaches",
    ["link"],
    ofLinks(({ ports }) => ports.filter(({ stranger }) => !stranger).length),
  ),
  gauge(
    "flor_link_ports_up",
    "Neighbours behind the link that are heard",
    ["link"],
    ofLinks(({ ports }) => ports.filter(({ up, stranger }) => up && !stranger).length),
  ),
  counter(
    "flor_link_sent_bytes_total",
    "Octets that the node sent to the link",
    ["link"],
    ofLinkCounter("sent-octets"),
  ),
  counter(
    "flor_link_received_bytes_total",
    "Octets that the node received from the link",
    ["link"],
    ofLinkCounter("received-octets"),
  ),
  counter(
    "flor_link_stalls_total",
    "Times that the node waited for the link's credit",
    ["link"],
    ofLinkCounter("credit-stalls"),
  ),
  counter("flor_link_drops_total", "What the node's end of the link dropped", ["link", "reason"], ({ links }) =>
    links.flatMap(({ name, counters }) => byName("reason", dropsOf(counters), { link: name })),
  ),
  counter("flor_link_reported_total", "What the link counts itself", ["link", "counter"], ({ links }) =>
    links.flatMap(({ name, reported }) => byName("counter", wellNamed(reported), { link: name })),
  ),
];

const NORTHBOUNDS: readonly Metric[] = [
  gauge("flor_northbound_attached", "1 while a node above is attached", ["northbound"], ({ northbounds }) =>
    northbounds.map(({ name, attached }) => ({ labels: { northbound: name }, value: flag(attached) })),
  ),
];

const GATEWAY: readonly Metric[] = [
  gauge("flor_gateway_ways", "Ways that hosts of one network have to those of another", ["from", "to"], ({ areas }) =>
    (areas?.carried ?? []).map(({ from, to, ways }) => ({ labels: { from, to }, value: ways })),
  ),
];

/** See the head of this file. */
export const NODE_METRICS: readonly Metric[] = [
  ...NODE,
  ...FLOWS,
  ...INBOUNDS,
  ...PEERS,
  ...LINKS,
  ...NORTHBOUNDS,
  ...GATEWAY,
  ...SERVICE_METRICS,
];

function inboundLabels({ kind, address, port }: InboundStatus): Labels {
  const place = port === 0 ? address : address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
  return { inbound: `${kind} ${place}` };
}

function ofInbounds(value: (inbound: InboundStatus) => number): Read {
  return ({ inbounds }) => inbounds.map((inbound) => ({ labels: inboundLabels(inbound), value: value(inbound) }));
}

function peerLabels({ name }: PeerStatus): Labels {
  return { peer: name };
}

/** Peers whose value is unknown have no sample. */
function ofPeers(value: (peer: PeerStatus) => number | undefined): Read {
  return ({ peers }) =>
    peers.flatMap((peer) => {
      const known = value(peer);
      return known === undefined ? [] : [{ labels: peerLabels(peer), value: known }];
    });
}

function ofSessions(value: (session: SessionStatus) => number): Read {
  return ofPeers(({ session }) => session && value(session));
}

function adjacenciesUp({ peers }: NodeStatus): readonly Sample[] {
  return peers.flatMap((peer) => {
    const counts: Record<string, number> = {};
    for (const { link, alive } of peer.adjacencies) counts[link] = (counts[link] ?? 0) + flag(alive);
    return byName("link", counts, peerLabels(peer));
  });
}

function ofLinks(value: (link: LinkStatus) => number): Read {
  return ({ links }) => links.map((link) => ({ labels: { link: link.name }, value: value(link) }));
}

/** A link without a session now has no counters, and no sample. */
function ofLinkCounter(name: string): Read {
  return ({ links }) =>
    links.flatMap(({ name: link, counters }) => {
      const value = counters[name];
      return value === undefined ? [] : [{ labels: { link }, value }];
    });
}

function dropsOf(counters: Readonly<Record<string, number>>): Record<string, number> {
  const drops = Object.entries(counters).filter(([name]) => name.startsWith(DROP));
  return Object.fromEntries(drops.map(([name, value]) => [name.slice(DROP.length), value]));
}

function wellNamed(reported: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(reported).filter(([name]) => REPORTED_NAME.test(name)));
}
