/**
 * What a running node says of itself: the answer to `flor status --json`, and what `flor peers`, `links`, `flows` and
 * `labels` print. Plain JSON values only. Lists that others can make long are bounded, and say how long they are.
 */

import type { ServicesStatus } from "./services/service-status.ts";

/** Flows listed at most; `open` counts all. */
export const STATUS_FLOWS_MAX = 1000;
/** Label entries listed at most, in each of the two lists. */
export const STATUS_LABELS_MAX = 1000;

/** Counts by name, e.g. dropped frames by reason. */
export type CountsByName = Readonly<Record<string, number>>;

/** A node and everything it holds, at one moment. */
export interface NodeStatus {
  readonly name: string;
  readonly id: string;
  /** Instance id of this run, 32 hexadecimal digits. */
  readonly instance: string;
  readonly version: string;
  readonly pid: number;
  readonly uptimeMs: number;
  readonly memory: MemoryStatus;
  readonly loopDelayMs: LoopDelayStatus;
  /** Seconds that the network's time is ahead of this machine's clock; absent: the clock is right, as far as is known. */
  readonly clockBehindSeconds?: number;
  /** What is doubtful about this machine's clock, while no peer has said the time; absent: nothing. */
  readonly clockDoubt?: string;
  /** Bugs in flor that the node survived, by the error's name. */
  readonly mistakes: CountsByName;
  /** Why the last reload changed nothing; absent: it did, or there was none. */
  readonly reloadProblem?: string;
  /** Where metrics are read; absent: nowhere. */
  readonly metrics?: MetricsPlace;
  /** How long the last reload can still be confirmed, or is undone, milliseconds; absent: none waits for that. */
  readonly unconfirmedMs?: number;
  readonly inbounds: readonly InboundStatus[];
  readonly links: readonly LinkStatus[];
  readonly peers: readonly PeerStatus[];
  /** Who wanted in of late and was not let in, the newest first. */
  readonly knocks: readonly KnockStatus[];
  readonly northbounds: readonly NorthboundStatus[];
  /** The networks that the node belongs to; absent: it belongs to none. */
  readonly networks?: readonly NetworkStatus[];
  /** Networks of others; absent: the node carries nothing between networks, and wants no host there in vain. */
  readonly areas?: AreasStatus;
  /** Absent: the node is in no network of services. */
  readonly services?: ServicesStatus;
  readonly flows: FlowsStatus;
  readonly labels: LabelsStatus;
  /** What it carries for others; absent: of an older release. */
  readonly transit?: TransitStatus;
  /** Frames that the node dropped, by reason. */
  readonly drops: CountsByName;
}

/** What a node does for frames that neither begin nor end at it. */
export interface TransitStatus {
  /** It carries them; if not, others use no path through it. */
  readonly carries: boolean;
  /** Those that it sent on since the start, for gateways' ways as well. */
  readonly frames: number;
  /** Since a neighbour last sent one for another, milliseconds; absent: none did. */
  readonly lastAgoMs?: number;
  /** For so long it still carries what comes, milliseconds, while others hear that it does not any more; absent: it is over. */
  readonly stillForMs?: number;
}

/** Where metrics are read. */
export interface MetricsPlace {
  /** An IP address, or the path of a socket, whose port is 0. */
  readonly address: string;
  readonly port: number;
}

/** Memory of the node's process, octets. */
export interface MemoryStatus {
  readonly residentOctets: number;
  readonly heapOctets: number;
}

/** How long events waited for the node's process of late, milliseconds. */
export interface LoopDelayStatus {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** A listener for clients. */
export interface InboundStatus {
  /** Its key in the configuration. */
  readonly kind: string;
  /** An IP address, or the path of a socket, whose port is 0. */
  readonly address: string;
  readonly port: number;
  /** Clients connected now. */
  readonly clients: number;
  /** Clients accepted since the start. */
  readonly accepted: number;
  /** Connections that ended before a flow was open, by reason. */
  readonly refused: CountsByName;
}

/** Where a link is in its life. */
export type LinkState = "starting" | "handshaking" | "ready" | "draining" | "stopped" | "back-off" | "failed";

/** A link and its ports. */
export interface LinkStatus {
  readonly name: string;
  readonly kind: string;
  readonly state: LinkState;
  /** Many crashes of late, or misbehaviour: still used. */
  readonly degraded: boolean;
  /** Why it is degraded, in words. */
  readonly degradedReason: string | undefined;
  /** `undefined`: there is no process now, or it is not ours. */
  readonly pid: number | undefined;
  readonly restarts: number;
  readonly ports: readonly PortStatus[];
  /** What the node counts on its end of the link, drops by reason included (`drop.…`). */
  readonly counters: CountsByName;
  /** What the link reports of itself. */
  readonly reported: CountsByName;
  /** Why it last stopped or failed. */
  readonly lastError: string | undefined;
  /** The nodes beneath a link that is a node, nearest first; as that node told, empty for any other link. */
  readonly layers: readonly LayerStatus[];
}

/** What a node beneath does with our frames. */
export interface LayerStatus {
  /** Its name on its machine. */
  readonly node: string;
  /** The network that it serves us. */
  readonly network: string;
  /** Octets that it puts around each frame: a header, and labels. */
  readonly overheadOctets: number;
  /** Its link toward our neighbours, and of what kind; empty while there is no way, and when it does not tell. */
  readonly link: string;
  readonly kind: string;
  /** Largest frame that crosses whole on its way there, over this link first, octets; 0: there is no way. */
  readonly mtuOctets: number;
  /** Largest frame that no link on that way segments, octets; 0: there is no way. */
  readonly segmentMtuOctets: number;
}

/** A network as one of its members knows it. */
export interface NetworkStatus {
  readonly name: string;
  /** `flornet1…`. */
  readonly id: string;
  /** This node's name there; `undefined`: it is no member any more. */
  readonly ownName: string | undefined;
  /** This node may invite and revoke. */
  readonly isIssuer: boolean;
  /** This node included. */
  readonly members: number;
  /** Members that a path leads to now, this node included. */
  readonly reachable: number;
  /** When this node's own membership ends, ISO 8601. */
  readonly expires: string | undefined;
}

/** What a node has to do with networks of others. */
export interface AreasStatus {
  /** As a gateway, for each pair of networks that a rule of its configuration names. */
  readonly carried: readonly CarriedStatus[];
  /** Hosts that flows wanted within the last minute, and to which no way leads. */
  readonly refused: readonly RefusedStatus[];
}

/** Ways through a gateway that hosts of one network asked for, to hosts of another. */
export interface CarriedStatus {
  /** Names of networks here, or the beginning of a root key. */
  readonly from: string;
  readonly to: string;
  /** Open now. */
  readonly ways: number;
  /** Hosts that asked for them. */
  readonly hosts: number;
}

/** A host of another network that cannot be reached. */
export interface RefusedStatus {
  /** `HOST.NETWORK`. */
  readonly name: string;
  /** In words. */
  readonly reason: string;
  /** Since it was first refused, milliseconds. */
  readonly forMs: number;
}

/** A host of another network, and the way to it. */
export interface ForeignStatus {
  /** The network's name here. */
  readonly network: string;
  /** Name of the peer that leads to it; absent: none does now. */
  readonly gateway?: string;
  /** What is left of its lease, milliseconds; renewed while flows are open. */
  readonly leaseMs: number;
}

/** A network that the node serves those above it. */
export interface NorthboundStatus {
  readonly name: string;
  readonly attached: boolean;
  /** Names of the peers whose node above was heard in the last 10 s; none while none is attached here. */
  readonly peers: readonly string[];
}

/** One neighbour as a link knows it. */
export interface PortStatus {
  readonly port: number;
  readonly key: string;
  /** The link carries, and the neighbour behind it is heard. */
  readonly up: boolean;
  /** Nobody listed has shown to be behind it. */
  readonly stranger: boolean;
  readonly address: string;
  /** Largest frame that crosses whole, header included, octets. */
  readonly mtuOctets: number;
  /** Largest frame that crosses unsegmented, octets. */
  readonly segmentMtuOctets: number;
  /** Name of the peer behind it, once authenticated. */
  readonly peer: string | undefined;
}

/**
 * `up`: streams can be opened. `silent`: there is a session, but nothing is heard from the first neighbour on the way
 * to it. `connecting`: a path is known, the handshake runs. `unreachable`: no path. `idle`: a path is known, and nobody
 * asked for a session yet.
 */
export type PeerState = "up" | "silent" | "connecting" | "idle" | "unreachable";

/** How a peer is reached. */
export interface ReachStatus {
  /** `direct`: a neighbour. `punched`: likewise, by an address that both found together. `relayed`: over other nodes. */
  readonly kind: "direct" | "punched" | "relayed";
  /** Relayed: name of the neighbour that it goes by. */
  readonly through?: string;
  /** Relayed: why not straight; absent: the configuration wants it so, or its own trouble says why. */
  readonly why?: string;
}

/** A listed peer, a member of a network, or a host of another network that flows go to. */
export interface PeerStatus {
  readonly name: string;
  readonly id: string;
  readonly state: PeerState;
  /** Names, or shortened ids, of the nodes on the way, the peer last; empty: no path. */
  readonly path: readonly string[];
  /** The labels pushed on frames to it, top first. */
  readonly labels: readonly number[];
  /** Largest payload under those labels that crosses whole, octets; `undefined`: no path. */
  readonly payloadOctets: number | undefined;
  /** Largest payload that no link on the way segments, octets; `undefined`: no path. */
  readonly unsegmentedPayloadOctets: number | undefined;
  /** Round trip of its session, or of its adjacency when there is no session, milliseconds. */
  readonly rttMs: number | undefined;
  /** Datagram that the session sends at most, octets. */
  readonly datagramOctets: number | undefined;
  readonly adjacencies: readonly AdjacencyStatus[];
  /** How it is reached; absent: not at all, or of an older release. */
  readonly reach?: ReachStatus;
  /** A host of another network; absent: it is none. */
  readonly foreign?: ForeignStatus;
  readonly session: SessionStatus | undefined;
  /** How the last session with it ended, opened by either end; `undefined`: none has. */
  readonly lastEnd: { readonly reason: string; readonly agoMs: number } | undefined;
  /** Why it is not up, in words. */
  readonly reason: string | undefined;
  /** What it says wrong of the layer, as a neighbour, in words; absent: nothing. */
  readonly misconduct?: string;
}

/** Packets that wanted in and were not let in, within the last minute. */
export interface KnockStatus {
  /** Where they came from. */
  readonly from: string;
  /** Name of the peer that they say they are from; `undefined`: nobody listed. */
  readonly peer: string | undefined;
  /** Who, why, and what to do, in words. */
  readonly problem: string;
  readonly count: number;
  /** Since the last, milliseconds. */
  readonly agoMs: number;
}

/** One way of being adjacent with a peer. */
export interface AdjacencyStatus {
  readonly link: string;
  readonly port: number;
  readonly address: string;
  readonly alive: boolean;
  /** Frames for the peer go here now. */
  readonly best: boolean;
  readonly rttMs: number | undefined;
}

/** The QUIC session with a peer. */
export interface SessionStatus {
  readonly streams: number;
  readonly sentOctets: number;
  readonly receivedOctets: number;
  readonly sentPackets: number;
  readonly lostPackets: number;
}

/** The client connections that cross this node's ends; transit is not seen here. */
export interface FlowsStatus {
  readonly open: number;
  /** Since the start. */
  readonly opened: number;
  /** Since the start, by cause. */
  readonly failed: CountsByName;
  /** Octets of all flows since the start, from clients to targets. */
  readonly outboundOctets: number;
  /** Octets of all flows since the start, from targets to clients. */
  readonly inboundOctets: number;
  /** At most {@link STATUS_FLOWS_MAX}. */
  readonly list: readonly FlowStatus[];
}

/** One client connection. */
export interface FlowStatus {
  readonly id: string;
  /** The node is the flow's `ingress` (its client is here) or its `egress` (its target is reached from here). */
  readonly role: "ingress" | "egress";
  /** Name of the peer at the other end. */
  readonly peer: string;
  readonly network: "tcp" | "udp";
  /** `host:port`, escaped; of UDP at its ingress the first, and at its egress empty when it is for any. */
  readonly target: string;
  readonly ageMs: number;
  readonly outboundOctets: number;
  readonly inboundOctets: number;
}

/** The label tables; RFC 3031 section 3.11 and 3.12. */
export interface LabelsStatus {
  /** At most {@link STATUS_LABELS_MAX}. */
  readonly incoming: readonly IncomingLabelStatus[];
  /** At most {@link STATUS_LABELS_MAX}. */
  readonly outgoing: readonly OutgoingLabelStatus[];
}

/** An entry of the ILM. */
export interface IncomingLabelStatus {
  readonly label: number;
  /** Pushed in its place; empty: popped. */
  readonly push: readonly number[];
  /** Name of the neighbour, or of the local consumer. */
  readonly nextHop: string;
  readonly local: boolean;
}

/** An entry of the FTN. */
export interface OutgoingLabelStatus {
  /** Name of the peer. */
  readonly destination: string;
  readonly push: readonly number[];
  /** Name of the neighbour. */
  readonly nextHop: string;
  /** Octets of payload that cross whole. */
  readonly payloadMtuOctets: number;
}
