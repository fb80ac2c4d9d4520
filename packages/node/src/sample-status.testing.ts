/** Test support: a status as `flor status` shows it, and its parts, for those that show or measure one. */
import type { LayerStatus, LinkStatus, NodeStatus, PeerStatus } from "./status.ts";

/** A peer that is up. */
export const vm: PeerStatus = {
  name: "vm",
  id: "flor1vm",
  state: "up",
  path: ["vm"],
  labels: [31],
  payloadOctets: 16_364,
  unsegmentedPayloadOctets: 1452,
  rttMs: 12.345,
  datagramOctets: 1400,
  adjacencies: [{ link: "wan", port: 1, address: "203.0.113.7:4600", alive: true, best: true, rttMs: 12 }],
  session: { streams: 2, sentOctets: 1_500_000, receivedOctets: 999, sentPackets: 1100, lostPackets: 3 },
  lastEnd: undefined,
  reason: undefined,
};

/** A peer to which no path leads. */
export const home: PeerStatus = {
  ...vm,
  name: "home",
  id: "flor1home",
  state: "unreachable",
  path: [],
  labels: [],
  payloadOctets: undefined,
  unsegmentedPayloadOctets: undefined,
  rttMs: undefined,
  adjacencies: [],
  session: undefined,
  reason: "vm does not know it",
};

/** A link over which a neighbour is reached. */
export const wan: LinkStatus = {
  name: "wan",
  kind: "udp",
  state: "ready",
  degraded: false,
  degradedReason: undefined,
  pid: 43,
  restarts: 1,
  ports: [
    {
      port: 1,
      key: "vm",
      up: true,
      stranger: false,
      address: "203.0.113.7:4600",
      mtuOctets: 16_384,
      segmentMtuOctets: 1472,
      peer: "vm",
    },
  ],
  counters: { "drop.bad-token": 2, sent: 10 },
  reported: { "drop.too-big": 3 },
  lastError: undefined,
  layers: [],
};

/** A node with one link, two peers, of which one is not reached, and a flow. */
export const status: NodeStatus = {
  name: "laptop",
  id: "flor1laptop",
  instance: "00",
  version: "0.1.0",
  pid: 42,
  uptimeMs: 3_723_000,
  memory: { residentOctets: 90_000_000, heapOctets: 20_000_000 },
  loopDelayMs: { p50: 0.1, p99: 1.3, max: 12 },
  inbounds: [{ kind: "socks5", address: "::1", port: 1080, clients: 1, accepted: 9, refused: {} }],
  links: [wan],
  knocks: [],
  northbounds: [
    { name: "team", attached: true, peers: ["vm", "home"] },
    { name: "guests", attached: true, peers: [] },
    { name: "spare", attached: false, peers: [] },
  ],
  peers: [vm, home],
  flows: {
    open: 3,
    opened: 120,
    failed: { "connection-refused": 2, "timed-out": 0 },
    outboundOctets: 1_234_567_890,
    inboundOctets: 512,
    list: [
      {
        id: "7",
        network: "tcp",
        role: "ingress",
        peer: "vm",
        target: "example.org:443",
        ageMs: 1500,
        outboundOctets: 2000,
        inboundOctets: 0,
      },
    ],
  },
  labels: {
    incoming: [
      { label: 30, push: [], nextHop: "session", local: true },
      { label: 31, push: [], nextHop: "vm", local: false },
      { label: 32, push: [17, 18], nextHop: "vm", local: false },
    ],
    outgoing: [{ destination: "home", push: [90, 17], nextHop: "vm", payloadMtuOctets: 1440 }],
  },
  mistakes: {},
  transit: { carries: true, frames: 7, lastAgoMs: 4000 },
  drops: { "unknown-label": 4, malformed: 0 },
};

/** A layer beneath its link. */
export const layer: LayerStatus = {
  node: "l1",
  network: "team",
  overheadOctets: 20,
  link: "wan",
  kind: "udp",
  mtuOctets: 16_384,
  segmentMtuOctets: 1472,
};
