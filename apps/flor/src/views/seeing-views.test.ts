import type { SeenEdge, SeenHop, SeenLayer, SeenNode, SeenPath } from "@flor/node";
import type { TracedHop, TraceReport } from "@flor/runtime/control";
import { createColors } from "picocolors";
import { expect, test } from "vitest";
import { pathsView } from "./paths-view.ts";
import { echoLine, pingSummary } from "./ping-view.ts";
import { topologyDot, topologyView } from "./topology-view.ts";
import { traceView } from "./trace-view.ts";

const plain = createColors(false);

function edge(from: string, to: string, change: Partial<SeenEdge> = {}): SeenEdge {
  const measured = { up: true, label: 40, cost: 12, rttMs: 1.2, loss: 0, mtuOctets: 16_384, segmentMtuOctets: 1472 };
  return { from, to, ...measured, ...change };
}

const hops: readonly SeenHop[] = [
  { id: "flor1vm", name: "vm", label: 40, there: edge("flor1a", "flor1vm"), back: edge("flor1vm", "flor1a") },
  {
    id: "flor1qqqqqqqqqqqqqq",
    name: undefined,
    label: 99,
    there: edge("flor1vm", "flor1q", { cost: 30, loss: 0.021 }),
    back: edge("flor1q", "flor1vm", { rttMs: undefined, mtuOctets: 1400 }),
  },
];
const path: SeenPath = { hops, cost: 42, payloadOctets: 1364, unsegmentedPayloadOctets: 1360 };
const replied = { sent: 5, reached: 5, replied: 5, leastMs: 1, meanMs: 1.25, mostMs: 2, problem: undefined };
const traced: readonly TracedHop[] = [
  { ...hops[0]!, ...replied },
  { ...hops[1]!, ...replied, reached: 4, replied: 3 },
];

test("a trace is a table of the nodes with both directions of their links", () => {
  const report: TraceReport = { peer: "home", destination: undefined, path, hops: traced };
  expect(traceView(report, plain).join("\n")).toMatchInlineSnapshot(`
    "home: 2 hops, cost 42, 1364 octets cross, 1360 unsegmented
    HOP  NODE          LABEL  ROUND TRIP  LOST  LINK     MTU         LOSS
    1    vm            40     1.25 ms     –     1.20 ms  16384       –
    2    flor1qqqqqq…  99     1.25 ms     1/1   1.20 ms  16384/1400  2.1 %/–
    a/b: there/back"
  `);
  const beyond = { gateway: "vm", network: "work" };
  const foreign = { ...report, peer: "bob.work", beyond, hops: [traced[0]!] };
  expect(traceView(foreign, plain).join("\n")).toMatchInlineSnapshot(`
    "bob.work: by the gateway vm, a neighbour, cost 42, 1364 octets cross, 1360 unsegmented
    HOP  NODE  LABEL  ROUND TRIP  LOST  LINK     MTU    LOSS
    1    vm    40     1.25 ms     –     1.20 ms  16384  –
    bob.work is of another network, work: what is beyond vm is not shown"
  `);
  const none = { ...traced[1]!, replied: 0, reached: undefined, meanMs: undefined, problem: "no reply in time" };
  const flow = { peer: "home", cause: "connection-refused", isAnswered: true, ms: 12 };
  const cut = { ...report, destination: { text: "nas.example:80", flow }, hops: [traced[0]!, none] };
  expect(traceView(cut, plain).slice(2).join("\n")).toMatchInlineSnapshot(`
    "1    vm            40     1.25 ms     –     1.20 ms  16384       –
    2    flor1qqqqqq…  99     no reply    all   1.20 ms  16384/1400  2.1 %/–
    a/b: there/back
    ! flor1qqqqqq…: no reply in time
    not open nas.example:80 through home: connection-refused, after 12 ms"
  `);
  expect(Math.max(...traceView(cut, plain).map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test("an echo is a line, and all of them are counted each way", () => {
  const by = ["vm", "home"];
  expect(echoLine("home", 1, { outcome: { rttMs: 12.3, reached: 1 }, path: by }, plain)).toMatchInlineSnapshot(
    `"home: 1  12 ms  by vm → home"`,
  );
  expect(echoLine("home", 2, { outcome: { problem: "no reply in time" }, path: by }, plain)).toMatchInlineSnapshot(
    `"home: 2  no reply in time  by vm → home"`,
  );
  expect(pingSummary("home", { sent: 10, reached: 9, rttsMs: [1, 2, 3, 4, 5, 6, 7] })).toMatchInlineSnapshot(`
    [
      "home: 10 sent, 7 came back, 30 % lost (1 there, 2 back)",
      "round trip: least 1.00 ms, mean 4.00 ms, most 7.00 ms",
    ]
  `);
  expect(pingSummary("home", { sent: 2, reached: 0, rttsMs: [] })).toEqual(["home: 2 sent, 0 came back, 100 % lost"]);
  expect(pingSummary("home", { sent: 0, reached: 0, rttsMs: [] })).toEqual([]);
});

test("paths are sums of costs with the reason, beside what else there is", () => {
  const others = [
    { ...path, hops: [hops[1]!], cost: 50, carriedNothing: false },
    { ...path, hops: [hops[0]!], cost: 10, carriedNothing: true },
  ];
  const all = [
    { peer: "home", id: "flor1q", inUse: path, reason: "silent-avoided" as const, reach: undefined, others },
    { peer: "gone", id: "flor1z", inUse: undefined, reason: undefined, reach: undefined, others: [] },
  ];
  expect(pathsView(all, plain).join("\n")).toMatchInlineSnapshot(`
    "home: vm → flor1qqqqqq…
      in use   cost 12 + 30 = 42
      why      a cheaper one carried nothing, and is not used for a while
      carries  1364 octets, 1360 unsegmented
      instead  flor1qqqqqq…: cost 50, 8 dearer
      instead  vm: cost 10, carried nothing

    gone: no path; flor doctor says why"
  `);
  const refused = { by: ["vm", "x"], path: { ...path, cost: 10 } };
  const kept = {
    peer: "home",
    id: "flor1q",
    inUse: { ...path, hops: [hops[1]!], cost: 50 },
    reach: undefined,
    others: [],
  };
  const none = { ...kept, inUse: undefined, reason: undefined };
  const withheld = [
    { ...kept, reason: "only" as const, refused },
    { ...none, refused: { by: ["vm"] } },
  ];
  expect(pathsView(withheld, plain).filter((line) => /instead|no path/.test(line))).toEqual([
    "  instead  vm → flor1qqqqqq…: cost 10, vm and x carry nothing for others",
    "home: no path: vm carries nothing for others (transit: false there)",
  ]);
  const foreign = {
    peer: "bob.work",
    id: "flor1b",
    inUse: path,
    reason: "gateway" as const,
    reach: undefined,
    others: [],
    gateway: { name: "g1", network: "work", leaseMs: 252_000 },
  };
  expect(pathsView([foreign], plain).join("\n")).toMatchInlineSnapshot(`
    "bob.work: vm → flor1qqqqqq… → bob.work
      in use   cost 12 + 30 = 42, as far as g1
      why      by a gateway: it is a host of another network
      lease    4 min 12 s, renewed while flows are open
      carries  1364 octets, 1360 unsegmented"
  `);
  expect(pathsView([], plain)).toEqual(["no peers: list them in the configuration, under peers"]);
});

const nodes = (count: number): SeenNode[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `flor1n${n}`,
    name: n < 5 ? `n${n}` : undefined,
    leaf: n === 3,
    reachable: n !== 4,
    sequence: 7,
  }));
const layer: SeenLayer = {
  nodes: nodes(5),
  edges: [
    edge("flor1n0", "flor1n1"),
    edge("flor1n1", "flor1n0"),
    edge("flor1n1", "flor1n2", { rttMs: undefined }),
    edge("flor1n2", "flor1n1"),
    edge("flor1n0", "flor1n3", { cost: 7 }),
    edge("flor1n3", "flor1n0", { cost: 7 }),
    edge("flor1n3", "flor1n2", { cost: 90 }),
    edge("flor1n2", "flor1n3", { cost: 90 }),
    edge("flor1n4", "flor1n3", { up: false }),
  ],
  paths: {
    flor1n1: ["flor1n1"],
    flor1n2: ["flor1n1", "flor1n2"],
    flor1n3: ["flor1n3"],
    flor1n4: [],
  },
};

test("a layer is a tree of paths, then the edges that none uses, then who is away", () => {
  expect(topologyView(layer, plain).join("\n")).toMatchInlineSnapshot(`
    "n0                  this node
    ├─ n1               cost 12, 1.20 ms, MTU 16384
    │  └─ n2            cost 12, –, MTU 16384
    └─ n3 (no transit)  cost 7, 1.20 ms, MTU 16384

    also adjacent:
      n3 – n2  cost 90
      n4 – n3  down

    n4: no path to it"
  `);
  expect(topologyDot(layer)).toMatchInlineSnapshot(`
    "graph flor {
      "flor1n0" [label="n0"];
      "flor1n1" [label="n1"];
      "flor1n2" [label="n2"];
      "flor1n3" [label="n3", shape=box];
      "flor1n4" [label="n4", style=dashed];
      "flor1n0" -- "flor1n1" [label="12"];
      "flor1n1" -- "flor1n2" [label="12"];
      "flor1n0" -- "flor1n3" [label="7"];
      "flor1n3" -- "flor1n2" [label="90"];
      "flor1n4" -- "flor1n3" [label="down", style=dashed];
    }"
  `);
});

test("a silent node in front of a path is said to be silent, instead of what that costs", () => {
  const there = edge("flor1a", "flor1vm", { up: false, loss: 0.4 });
  const silent = { ...path, hops: [{ ...hops[0]!, there }], cost: 1_000_012 };
  const seen = { peer: "vm", id: "flor1vm", inUse: silent, reason: "only" as const, reach: undefined, others: [] };
  expect(pathsView([seen], plain)[1]).toBe("  in use   vm is silent now: kept while there is no other");
  const report = { peer: "vm", destination: undefined, path: silent, hops: [{ ...traced[0]!, there }] };
  expect(traceView(report, plain)[0]).toBe("vm: a neighbour, vm is silent now, 1364 octets cross, 1360 unsegmented");
  const seenLayer = {
    nodes: nodes(2),
    edges: [edge("flor1n0", "flor1n1", { up: false })],
    paths: { flor1n1: ["flor1n1"] },
  };
  expect(topologyView(seenLayer, plain)[1]).toBe("└─ n1  silent now");
});

test("two nodes are adjacent if both say so, and what is beyond a cut is as it was told last", () => {
  const cut = {
    nodes: nodes(7).map((node) => ({ ...node, reachable: Number(node.id.slice(6)) < 3 })),
    edges: [
      edge("flor1n2", "flor1n3", { up: false }),
      edge("flor1n3", "flor1n2"),
      edge("flor1n3", "flor1n4"),
      edge("flor1n4", "flor1n3"),
      edge("flor1n5", "flor1n4"),
    ],
    paths: {},
  };
  expect(topologyView(cut, plain).join("\n")).toMatchInlineSnapshot(`
    "n0  this node

    also adjacent:
      n2 – n3       down: n2 does not hear n3
      n3 – n4       cost 12, as last told
      flor1n5 – n4  down: n4 does not tell of flor1n5

    n3: no path to it
    n4: no path to it
    flor1n5: no path to it
    flor1n6: no path to it"
  `);
  expect(topologyDot(cut).match(/ -- .*/g)).toMatchInlineSnapshot(`
    [
      " -- "flor1n3" [label="down", style=dashed];",
      " -- "flor1n4" [label="12"];",
      " -- "flor1n4" [label="down", style=dashed];",
    ]
  `);
});

test("a line of sixteen nodes is drawn within 80 columns", () => {
  const line = nodes(17).map((node) => ({ ...node, reachable: true }));
  const ids = line.map(({ id }) => id);
  const edges = ids.slice(1).flatMap((id, at) => [edge(ids[at]!, id, { rttMs: 1234 }), edge(id, ids[at]!)]);
  const paths = Object.fromEntries(ids.slice(1).map((id, at) => [id, ids.slice(1, at + 2)]));
  const lines = topologyView({ nodes: line, edges, paths }, plain);
  expect(lines).toHaveLength(17);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(lines[3]?.slice(0, 5)).toBe("  └n3");
});

test("a node that carries nothing for others sees it of itself", () => {
  const [self, ...others] = layer.nodes;
  const [first] = topologyView({ ...layer, nodes: [{ ...self!, leaf: true }, ...others] }, plain);
  expect(first).toMatch(/^n0 +this node, which carries nothing for others$/);
});

test("a large layer is cut, and says where the rest is", () => {
  const many = nodes(1000);
  const paths = Object.fromEntries(many.slice(1).map(({ id }) => [id, [id]]));
  const lines = topologyView({ nodes: many, edges: [], paths }, plain);
  expect(lines.length).toBeLessThan(210);
  expect(lines).toContain("… and 800 more: --json has them all");
});
