import type { NodeStatus } from "@flor/node";
import { home, status, vm, wan } from "@flor/node/sample-status";

/** A node that has one of everything, with names that a format could stumble over. */
export const stagedStatus: NodeStatus = {
  ...status,
  mistakes: { TypeError: 1 },
  inbounds: [
    { kind: "proxy", address: "::1", port: 1080, clients: 1, accepted: 9, refused: { "too-many-clients": 2 } },
    { kind: "tcp", address: '/run/a "quoted" \\ path', port: 0, clients: 0, accepted: 0, refused: {} },
  ],
  links: [
    {
      ...wan,
      counters: { "sent-octets": 1000, "received-octets": 10, "credit-stalls": 3, "drop.malformed": 1 },
      reported: { "wire.sent-octets": 900, 'forged{"': 1 },
    },
    {
      name: "attic",
      kind: "exec",
      state: "back-off",
      degraded: true,
      degradedReason: "crashes",
      pid: undefined,
      restarts: 7,
      ports: [],
      counters: {},
      reported: {},
      lastError: "exit 1",
      layers: [],
    },
  ],
  peers: [
    { ...vm, rttMs: 12.5 },
    { ...home, datagramOctets: undefined, reason: "no way" },
  ],
  knocks: [{ from: "192.0.2.1:4", peer: undefined, problem: "not listed", count: 4, agoMs: 10 }],
  northbounds: [{ name: "team", attached: true, peers: [] }],
  areas: { carried: [{ from: "home", to: "work", ways: 2, hosts: 1 }], refused: [] },
  flows: {
    open: 2,
    opened: 11,
    failed: { "connection-refused": 3 },
    outboundOctets: 5000,
    inboundOctets: 70_000,
    list: [],
  },
  labels: { incoming: [], outgoing: [] },
  drops: { "bad-token": 1, "session.bad-mac": 2 },
};
