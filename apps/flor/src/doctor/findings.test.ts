import type { LinkStatus, NodeStatus, PeerStatus, SeenEdge, SeenPath } from "@flor/node";
import { describe, expect, test } from "vitest";
import { type Facts, findingsOf, type PeerFacts, type TriedEcho } from "./findings.ts";
import type { ForeignFacts } from "./foreign-findings.ts";

const edge: SeenEdge = {
  from: "a",
  to: "b",
  up: true,
  label: 40,
  cost: 12,
  rttMs: 1.2,
  loss: 0,
  mtuOctets: 16_384,
  segmentMtuOctets: 1472,
};
const path: SeenPath = {
  hops: [{ id: "flor1b", name: "b", label: 40, there: edge, back: edge }],
  cost: 12,
  payloadOctets: 16_356,
  unsegmentedPayloadOctets: 1444,
};
const link: LinkStatus = {
  name: "wan",
  kind: "udp",
  state: "ready",
  degraded: false,
  degradedReason: undefined,
  pid: 1,
  restarts: 0,
  ports: [],
  counters: {},
  reported: { "wire.sent_datagrams": 14 },
  lastError: undefined,
  layers: [],
};
const peer = {
  name: "b",
  state: "up",
  adjacencies: [{ link: "wan", port: 1, address: "192.0.2.7:4600", alive: true, best: true, rttMs: 1.2 }],
  reason: undefined,
} as unknown as PeerStatus;
const came = (rttMs: number, tries = 1): TriedEcho => ({
  report: { outcome: { rttMs, reached: 1 }, path: ["b"] },
  tries,
});
const lost: TriedEcho = { report: { outcome: { problem: "no reply in time" }, path: ["b"] }, tries: 3 };
const good: PeerFacts = {
  peer,
  paths: { peer: "b", id: "flor1b", inUse: path, reason: "only", reach: undefined, others: [] },
  short: came(1.3),
  long: came(1.4),
  flow: { peer: "b", cause: "host-unreachable", isAnswered: true, ms: 3 },
};

function facts(change: Partial<PeerFacts> = {}, status: Partial<NodeStatus> = {}): Facts {
  return {
    status: { name: "a", version: "0.1.0", pid: 42, links: [link], knocks: [], peers: [peer], ...status } as NodeStatus,
    version: "0.1.0",
    nodeVersion: "26.10.0",
    unixSeconds: 1_800_000_000,
    addresses: ["192.0.2.1"],
    peers: [{ ...good, ...change }],
    foreign: [],
  };
}

/** The first finding that is not good. */
function trouble(from: Facts): string {
  const found = findingsOf(from).find(({ state }) => state !== "good");
  return found === undefined ? "none" : `${found.about}: ${found.seen} → ${found.advice ?? ""}`;
}

describe("a doctor", () => {
  test("finds nothing where there is nothing, and says what it looked at", () => {
    expect(trouble(facts())).toBe("none");
    expect(findingsOf(facts()).map(({ about }) => about)).toEqual([
      "program",
      "link wan",
      "clock",
      "NAT",
      "peer b",
      "peer b",
      "peer b",
      "peer b",
      "peer b",
    ]);
  });

  test("says what is wrong first, and what to do", () => {
    const silent = {
      ...peer,
      state: "unreachable",
      reason: "ask b",
      adjacencies: peer.adjacencies.map((one) => ({ ...one, alive: false })),
    };
    const none = { ...good.paths, inUse: undefined };
    expect(trouble({ ...facts(), version: "0.2.0" })).toMatch(/^program: .* → restart it/);
    expect(trouble(facts({}, { links: [] }))).toMatch(/^links: there are none → list one/);
    expect(trouble(facts({}, { links: [{ ...link, state: "failed", lastError: "no port" }] }))).toMatch(
      /^link wan: udp, failed: no port → fix that/,
    );
    expect(trouble({ ...facts(), unixSeconds: 12 })).toMatch(/^clock: 1970-01-01 .* → set it/);
    expect(trouble({ ...facts(), addresses: ["10.0.0.2", "fd00::1"] })).toMatch(
      /^NAT: only private addresses: 10.0.0.2, fd00::1/,
    );
    expect(trouble(facts({ peer: silent as PeerStatus, paths: none }))).toBe(
      "peer b: does not answer over wan 192.0.2.7:4600; 14 datagrams were sent → ask b",
    );
    expect(trouble(facts({ paths: none }))).toMatch(/^peer b: no path to it/);
    expect(trouble(facts({ short: lost }))).toMatch(
      /^peer b: of 3 echoes none came back: no reply in time → .*trace b/,
    );
    expect(trouble(facts({ short: came(9, 2) }))).toMatch(/^peer b: of 2 echoes only the last came back → .*trace b/);
    expect(trouble(facts({ long: lost, whole: lost }))).toMatch(
      /^peer b: 16.0 KiB should cross, and of 3 none came back: .*; nor did 1444 octets, .*drops long packets/,
    );
    expect(trouble(facts({ long: lost, whole: came(1) }))).toMatch(
      /^peer b: 16.0 KiB should cross, .*; 1444 octets, which take one packet, do → packets are lost/,
    );
    expect(trouble(facts({ flow: { peer: "b", cause: "timed-out", isAnswered: false, ms: 4000 } }))).toMatch(
      /^peer b: a flow was not answered: timed-out/,
    );
  });

  test("says by which gateway a host of another network is reached, or why no way leads there", () => {
    const name = "bob.work";
    const foreign = { network: "work", gateway: "b", leaseMs: 252_000 };
    const flow = { peer: name, cause: "host-unreachable", isAnswered: true, ms: 9 };
    const bob: ForeignFacts = {
      name,
      peer: { ...peer, name, adjacencies: [], foreign },
      paths: { ...good.paths, peer: name, reason: "gateway" },
      refused: undefined,
      flow,
    };
    const way = (change: Partial<ForeignFacts>) =>
      findingsOf({ ...facts(), peers: [], foreign: [{ ...bob, ...change }] });
    expect(way({}).slice(4)).toEqual([
      {
        about: "peer bob.work",
        state: "good",
        seen: "is of another network, work: b leads to it, leased for 4 min 12 s more",
      },
      { about: "peer b", state: "good", seen: "is a neighbour" },
      { about: "peer bob.work", state: "good", seen: expect.stringContaining("a test flow was answered in 9.00 ms") },
    ]);
    const reason = "no rule of the gateway lets this host cross there";
    const failed = { peer: "", cause: "not-allowed", isAnswered: false, ms: 9 };
    const refused = way({ peer: undefined, refused: { name, reason, forMs: 3000 }, flow: failed });
    expect(refused.slice(4)).toEqual([
      {
        about: "peer bob.work",
        state: "wrong",
        seen: `no way leads to it: ${reason}`,
        advice: "a rule is missing under gateway, at the first gateway or at the next",
      },
      { about: "peer bob.work", state: "wrong", seen: "a flow was not answered: not-allowed" },
    ]);
  });

  test("sees a clock that peers correct, and one that nobody corrects", () => {
    expect(trouble(facts({}, { clockBehindSeconds: 90 }))).toMatch(/^clock: .*90 s behind, .* → set it/);
    expect(trouble(facts({}, { clockDoubt: "this machine's clock says 1970" }))).toMatch(/^clock: .*says 1970 → set/);
  });

  test("says who would have to carry where no node between does", () => {
    const none = { ...good.paths, inUse: undefined, refused: { by: ["x", "y"] } };
    expect(trouble(facts({ paths: none }))).toMatch(
      /^peer b: no path to it.* → transit: true at x or y, or another node/,
    );
  });

  test("says of a node that carries nothing for others that this may be meant", () => {
    const transit = { carries: false, frames: 0 };
    expect(trouble(facts({}, { transit }))).toMatch(/^transit: this node carries nothing for others.* → transit: true/);
    expect(trouble(facts({}, { transit: { ...transit, carries: true } }))).toBe("none");
  });

  test("sees a clock that differs from a neighbour's", () => {
    const knocks = [{ from: "b", peer: "b", problem: "its clock is 400 s behind", count: 1, agoMs: 5 }];
    expect(trouble(facts({}, { knocks }))).toMatch(/^clock: .*400 s behind → set the clock that is wrong/);
  });
});
