import { stripVTControlCharacters } from "node:util";
import type { NodeStatus } from "@flor/node";
import { status, vm } from "@flor/node/sample-status";
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

test("a node that carries nothing for others says so, and when it may be stopped", () => {
  const transit = { carries: false, frames: 9, lastAgoMs: 65_000 };
  const rows = (change: object) => statusView({ ...status, transit: { ...transit, ...change } }, plain);
  expect(rows({})).toContainEqual(
    expect.stringMatching(/^transit +refused +nothing is carried for others; the last frame came 1 min 5 s ago$/),
  );
  expect(rows({ stillForMs: 9000, lastAgoMs: undefined })).toContainEqual(
    expect.stringMatching(/^transit +refused +nothing is carried for others, but what still comes for 9.0 s$/),
  );
  expect(peersView({ ...status, transit }, plain).at(-1)).toBe("this node carries nothing for others (transit: false)");
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
