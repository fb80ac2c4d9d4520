import { stripVTControlCharacters } from "node:util";
import type { LayerStatus, LinkStatus, NodeStatus, PeerStatus } from "@flor/node";
import { layersAsOne } from "@flor/runtime";
import { createColors } from "picocolors";
import { describe, expect, test } from "vitest";
import { adviceOn } from "./advice.ts";
import { flowsView } from "./flows-view.ts";
import { labelsView } from "./labels-view.ts";
import { linkView } from "./link-view.ts";
import { linksView } from "./links-view.ts";
import { peersView } from "./peers-view.ts";
import { statusView } from "./status-view.ts";

const plain = createColors(false);
const coloured = createColors(true);

const vm: PeerStatus = {
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

const status: NodeStatus = {
  name: "laptop",
  id: "flor1laptop",
  instance: "00",
  version: "0.1.0",
  pid: 42,
  uptimeMs: 3_723_000,
  memory: { residentOctets: 90_000_000, heapOctets: 20_000_000 },
  loopDelayMs: { p50: 0.1, p99: 1.3, max: 12 },
  inbounds: [{ kind: "socks5", address: "::1", port: 1080, clients: 1, accepted: 9, refused: {} }],
  links: [
    {
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
    },
  ],
  knocks: [],
  northbounds: [
    { name: "team", attached: true, peers: ["vm", "home"] },
    { name: "guests", attached: true, peers: [] },
    { name: "spare", attached: false, peers: [] },
  ],
  peers: [
    vm,
    {
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
    },
  ],
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
  drops: { "unknown-label": 4, malformed: 0 },
};

const layer: LayerStatus = {
  node: "l1",
  network: "team",
  overheadOctets: 20,
  link: "wan",
  kind: "udp",
  mtuOctets: 16_384,
  segmentMtuOctets: 1472,
};

const shown = (lines: readonly string[]): string => `\n${lines.join("\n")}\n`;

test("a node whose metrics are read says where", () => {
  const lines = statusView({ ...status, metrics: { address: "::1", port: 9464 } }, plain);
  expect(lines).toContainEqual(expect.stringMatching(/^metrics +http +\[::1\]:9464$/));
});

test("a member of a network says of which, and how many of it it reaches", () => {
  const home = { name: "home", id: "flornet1home", members: 12, reachable: 10 };
  const member = { ...home, ownName: "laptop", isIssuer: true, expires: "2027-11-29T10:00:00.000Z" };
  const revoked = { ...home, ownName: undefined, isIssuer: false, expires: undefined };
  expect(statusView({ ...status, networks: [member, revoked] }, plain)).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^network +home +laptop, 10 of 12 members reachable, may invite and revoke, until 2027-11-29$/,
      ),
      expect.stringMatching(/^network +home +this node is no longer a member, 12 members$/),
    ]),
  );
});

test("a node at a glance", () => {
  expect(shown(statusView(status, plain))).toMatchInlineSnapshot(`
    "
    node     laptop     flor1laptop
                        flor 0.1.0, pid 42, up 1 h 2 min, 85.8 MiB
    inbound  socks5     [::1]:1080, 1 client
    link     wan (udp)  ready, 1 of 1 ports up, pid 43, restarts: 1, 5 dropped
    above    team       a node is attached, and at vm, home
    above    guests     a node is attached, and at no peer
    above    spare      no node is attached
    peer     vm         up, by wan 203.0.113.7:4600, 12 ms
    peer     home       unreachable
    flows    3 open     120 opened, 1.15 GiB out, 512 octets in, failed: 2 connection-refused
    dropped  frames     4 unknown-label

    ! peer home is unreachable: vm does not know it
    "
  `);
});

test("a peer that is not heard any more", () => {
  const reason = "nothing is heard from vm; flows wait a while for it";
  const silent = { ...status, peers: [{ ...vm, state: "silent" as const, reason }] };
  expect(statusView(silent, plain)).toContain(`! peer vm is silent: ${reason}`);
});

describe("a node on a node", () => {
  const below: LinkStatus = {
    ...status.links[0]!,
    name: "below",
    kind: "native",
    pid: undefined,
    restarts: 0,
    counters: {},
    reported: {},
    layers: [
      {
        ...layer,
        node: "l1",
        network: "team",
        link: "below",
        kind: "native",
        mtuOctets: 16_364,
        segmentMtuOctets: 1452,
      },
      { ...layer, node: "base", network: "above", link: "wan", kind: "udp", mtuOctets: 16_384, segmentMtuOctets: 1472 },
    ],
  };
  const adjacency = { ...vm.adjacencies[0]!, link: "below", address: "l2" };
  const u2: PeerStatus = { ...vm, name: "u2", path: ["u2"], adjacencies: [adjacency], payloadOctets: 16_324 };
  const upper: NodeStatus = {
    ...status,
    name: "u1",
    northbounds: [],
    links: [below],
    peers: [{ ...u2, unsegmentedPayloadOctets: 1412 }],
  };

  test("draws the stack down to the wire", () => {
    expect(shown(stackOf(upper))).toMatchInlineSnapshot(`
      "
      stack    packet          of at most 1412 octets (16324 in segments)
               u1              +20 octets, over below (native) that carries 1432 (16344 in segments)
                 l1            +20 octets, over below (native) that carries 1452 (16364 in segments)
                   base        +20 octets, over wan (udp) that carries 1472 (16384 in segments)
               wire            60 octets around each packet
      "
    `);
  });

  test("whose neighbour leads further draws the narrowest way", () => {
    const u3 = { ...u2, name: "u3", path: ["u2", "u3"], labels: [40, 41], adjacencies: [], payloadOctets: 1404 };
    const peers = [...upper.peers, { ...u3, unsegmentedPayloadOctets: 1376 }];
    expect(shown(stackOf({ ...upper, peers }))).toMatchInlineSnapshot(`
      "
      stack    packet          of at most 1376 octets (1404 in segments)
               u1              +24 octets, over below (native) that carries 1400 (1428 in segments)
                 l1            +20 octets, over below (native) that carries 1452 (16364 in segments)
                   base        +20 octets, over wan (udp) that carries 1472 (16384 in segments)
               wire            64 octets around each packet
      "
    `);
  });

  test("that has no way yet says where it ends", () => {
    const layers = [{ ...layer, node: "l1", overheadOctets: 0, link: "", kind: "", mtuOctets: 0, segmentMtuOctets: 0 }];
    const peers = [{ ...u2, path: [], adjacencies: [] }];
    expect(shown(stackOf({ ...upper, links: [{ ...below, layers }], peers }))).toMatchInlineSnapshot(`
      "
      stack    packet          no path to anybody yet
               l1              no path to anybody yet
      "
    `);
  });

  test("of another owner shows what the layers beneath cost, as one", () => {
    const layers = layersAsOne(below.layers);
    expect(shown(stackOf({ ...upper, links: [{ ...below, layers }] }))).toMatchInlineSnapshot(`
      "
      stack    packet          of at most 1412 octets (16324 in segments)
               u1              +20 octets, over below (native) that carries 1432 (16344 in segments)
                 l1            +40 octets, over an undisclosed path, that carries 1472 (16384 in segments)
               wire            60 octets around each packet
      "
    `);
  });

  function stackOf(of: NodeStatus): readonly string[] {
    const lines = statusView(of, plain);
    const from = lines.findIndex((line) => line.startsWith("stack"));
    return lines.slice(
      from,
      lines.findIndex((line) => line.startsWith("peer")),
    );
  }
});

test("its peers", () => {
  expect(shown(peersView(status, plain))).toMatchInlineSnapshot(`
    "
    PEER  STATE        PATH                  ROUND TRIP  SENT      RECEIVED    ID
    vm    up           wan 203.0.113.7:4600  12 ms       1.43 MiB  999 octets  flor1vm
    home  unreachable  –                     –           0 octets  0 octets    flor1home
    "
  `);
});

test("one link, and what it printed last", () => {
  const [wan] = status.links;
  const details = { ...wan!, state: "failed" as const, lastError: "port 4600 is taken", recentLines: ["one", "two"] };
  expect(shown(linkView(details, 1, plain))).toMatchInlineSnapshot(`
    "
    link             wan (udp)
    state            failed, pid 43
    restarts         1
    because          port 4600 is taken
    counted by node  2 drop.bad-token
                     10 sent
    counted by link  3 drop.too-big

    LINK  PORT  STATE  PEER  ADDRESS           MTU    UNSEGMENTED
    wan   1     up     vm    203.0.113.7:4600  16384  1472

    | two
    "
  `);
  expect(linkView(details, 0, plain).join()).not.toContain("two");
});

test("its links and their ports", () => {
  expect(shown(linksView(status, plain))).toMatchInlineSnapshot(`
    "
    LINK  KIND  STATE  PID  RESTARTS  PORTS  DROPPED
    wan   udp   ready  43   1         1      5

    LINK  PORT  STATE  PEER  ADDRESS           MTU    UNSEGMENTED
    wan   1     up     vm    203.0.113.7:4600  16384  1472
    "
  `);
});

test("its flows, and how many are not listed", () => {
  expect(shown(flowsView(status, plain))).toMatchInlineSnapshot(`
    "
    FLOW  HERE     PEER  TARGET           AGE    OUT       IN
    7     ingress  vm    example.org:443  1.5 s  1.95 KiB  0 octets
    … and 2 more
    "
  `);
});

test("its labels", () => {
  expect(shown(labelsView(status, plain))).toMatchInlineSnapshot(`
    "
    TO    PUSH   NEXT HOP  PAYLOAD
    home  90 17  vm        1440 octets

    LABEL  DO            NEXT HOP
    30     pop, deliver  session
    31     pop, send     vm
    32     swap 17 18    vm
    "
  `);
});

test("an empty node says what is not there", () => {
  const empty: NodeStatus = {
    ...status,
    inbounds: [],
    links: [],
    northbounds: [],
    peers: [],
    flows: { open: 0, opened: 0, failed: {}, outboundOctets: 0, inboundOctets: 0, list: [] },
    labels: { incoming: [], outgoing: [] },
    drops: {},
  };
  const lines = [peersView, linksView, flowsView, labelsView].flatMap((view) => view(empty, plain));
  expect(lines).toEqual([
    "no peers: list them in the configuration, under peers",
    "no links: list them in the configuration, under links",
    "no open flows",
    "no labels: no neighbour has come up yet",
  ]);
});

describe("columns", () => {
  test("stand where they stand without colours", () => {
    for (const view of [statusView, peersView, linksView, flowsView, labelsView]) {
      expect(view(status, coloured).map((line) => stripVTControlCharacters(line).trimEnd())).toEqual(
        view(status, plain),
      );
    }
  });

  test("are not moved by what peers, clients and links write", () => {
    const target = "a\n\u001b[2J\u202eb\u0085c".padEnd(400, "x");
    const flows = { ...status.flows, list: status.flows.list.map((flow) => ({ ...flow, target })) };
    const [, row] = flowsView({ ...status, flows }, plain);
    expect(row).toContain("a\\u000a\\u001b[2J\\u202eb\\u0085cxxx");
    expect(row).not.toMatch(/\p{Cc}|\u202e/u);
    expect(row!.length).toBeLessThan(220);
  });
});

test("strangers' ports are not counted, and who knocks in vain is named", () => {
  const [wan] = status.links;
  const stranger = { ...wan!.ports[0]!, port: 2, up: false, stranger: true, peer: undefined };
  const problem = "198.51.100.1:36345 knocks with an unlisted key: list its id under peers if it is yours";
  const knocks = [{ from: "198.51.100.1:36345", peer: undefined, problem, count: 3, agoMs: 10 }];
  const lines = statusView({ ...status, knocks, links: [{ ...wan!, ports: [...wan!.ports, stranger] }] }, plain);
  expect(lines.join("\n")).toContain("1 of 1 ports up");
  expect(lines.at(-1)).toBe(`! ${problem} (3 times)`);
});

test("a degraded link, with the reason", () => {
  const degradedReason = "malformed frames: 9000 in a second";
  const links = status.links.map((link) => ({ ...link, degraded: true, degradedReason }));
  expect(linksView({ ...status, links }, plain).at(-1)).toBe(`! wan is degraded: ${degradedReason}`);
  expect(adviceOn({ ...status, links, peers: [vm] })).toEqual([`link wan is degraded: ${degradedReason}`]);
});

describe("advice", () => {
  test("tells when the node cannot keep up", () => {
    expect(adviceOn({ ...status, peers: [vm], loopDelayMs: { p50: 2, p99: 120.4, max: 300 } })).toEqual([
      "events wait 120 ms: the node has more to do than its processor can handle",
    ]);
  });

  test("tells of a session that had to be replaced, for ten minutes", () => {
    const replaced = (agoMs: number): string =>
      adviceOn({
        ...status,
        peers: [{ ...vm, lastEnd: { reason: "replaced: it was alive, but 2 opens got no answer for 40 s", agoMs } }],
      }).join();
    expect(replaced(12_000)).toBe(
      "the session with vm was replaced 12 s ago: it was alive, but 2 opens got no answer for 40 s",
    );
    expect(replaced(700_000)).toBe("");
  });

  test("says how a peer that is not reached ended its last session, for ten minutes", () => {
    const gone = (agoMs: number, reason: string): string =>
      adviceOn({
        ...status,
        peers: [{ ...vm, state: "unreachable", reason: "nothing is heard", lastEnd: { reason, agoMs } }],
      }).join();
    expect(gone(9000, "revoked in home by vm")).toBe(
      "peer vm is unreachable: nothing is heard; its last session ended 9 s ago: revoked in home by vm",
    );
    expect(gone(9000, "")).toBe("peer vm is unreachable: nothing is heard");
    expect(gone(700_000, "revoked in home by vm")).toBe("peer vm is unreachable: nothing is heard");
  });

  test("is silent while all is well", () => {
    expect(adviceOn({ ...status, peers: [vm] })).toEqual([]);
  });

  test("names a failed link alone, when every peer is behind it", () => {
    const links = status.links.map((link) => ({ ...link, state: "failed" as const, lastError: "port 4600 is taken" }));
    expect(adviceOn({ ...status, links })).toEqual([
      "link wan failed: port 4600 is taken; repair that, then: npm run -s flor -- link restart wan",
    ]);
  });
});
