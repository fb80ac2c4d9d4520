/** Echoes over a line of nodes, in virtual time: who answers, over which labels, and what a flood costs. */
import { describe, expect, it } from "vitest";
import type { EchoOutcome } from "./echoes.ts";
import { LayerView } from "./layer-view.ts";
import { peerOf } from "./memory-network.testing.ts";
import { probe, type ProbeOptions } from "./probe.ts";
import { type StagedCable, StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

const SETTLED_MS = 5000;
const RUN = "0000000000000001";

interface Line {
  readonly net: StagedNetwork;
  readonly nodes: readonly StagedNode[];
  readonly cables: readonly StagedCable[];
}

/** Nodes a, b, c, d in a line; a and d list each other, and each lists its neighbours. */
function lineOf(count: number): Line {
  const net = new StagedNetwork();
  const names = ["a", "b", "c", "d"].slice(0, count);
  const nodes = names.map((name, index) => {
    const before = names[index - 1];
    const after = names[index + 1];
    const peers = [
      ...(before === undefined ? [] : [peerOf(before, { link: "left" })]),
      ...(after === undefined ? [] : [peerOf(after, { link: "wan", address: after })]),
    ];
    const ends = [names[0]!, names.at(-1)!];
    const far = ends.find((end) => ends.includes(name) && end !== name && !peers.some((peer) => peer.name === end));
    return net.add(name, { peers: [...peers, ...(far === undefined ? [] : [peerOf(far)])], links: ["wan", "left"] });
  });
  const cables = nodes.slice(1).map((far, index) => net.connect(nodes[index]!, {}, far, {}, "left"));
  net.run(SETTLED_MS);
  return { net, nodes, cables };
}

function echo({ net, nodes }: Line, hops: number, options: Partial<ProbeOptions> = {}): EchoOutcome[] {
  const [a] = nodes;
  const view = new LayerView(a!.node);
  const outcomes: EchoOutcome[] = [];
  const path = a!.node.topology.peerPaths.inUse(view.keyOf("d"))?.path.hops ?? [];
  const nameOf = (key: string): string => view.nameOf(key);
  const asked = { run: RUN, sequence: 1, isWhole: false, octets: 0, timeoutMs: 1000, nameOf, ...options };
  probe(a!.node, path.slice(0, hops), asked, net.now, (outcome) => outcomes.push(outcome));
  a!.isWoken = true;
  net.run(1500);
  return outcomes;
}

describe("an echo over a line of four nodes", () => {
  it("is answered by each node of the path, the farther the later", () => {
    const line = lineOf(4);
    const outcomes = [1, 2, 3].map((hops) => echo(line, hops, { sequence: hops }));
    expect(outcomes).toEqual([2, 4, 6].map((rttMs) => [{ rttMs, reached: 1 }]));
  });

  it("is counted where it arrives: what is lost there is told from what is lost back", () => {
    const line = lineOf(4);
    const { cables } = line;
    echo(line, 3, { sequence: 1 });
    cables[2]!.isOpenBack = false;
    expect(echo(line, 3, { sequence: 2 })).toEqual([{ problem: "no reply in time" }]);
    cables[2]!.isOpenBack = true;
    line.net.run(SETTLED_MS);
    expect(echo(line, 3, { sequence: 3 })).toEqual([{ rttMs: 6, reached: 3 }]);
  });

  it("crosses as long as the path carries, and says what does not fit", () => {
    const line = lineOf(4);
    const { payloadMtu } = line.nodes[0]!.node.topology.peerPaths.inUse(
      new LayerView(line.nodes[0]!.node).keyOf("d"),
    )!.path;
    expect(echo(line, 3, { sequence: 1, octets: payloadMtu, isWhole: true })).toEqual([{ rttMs: 6, reached: 1 }]);
    expect(echo(line, 3, { sequence: 2, octets: 16_384 })).toEqual([
      { problem: expect.stringContaining("16384 octets do not fit: link wan carries 16384") },
    ]);
  });

  it("says whose path is gone", () => {
    const line = lineOf(4);
    line.cables[1]!.isOpenThere = false;
    line.cables[1]!.isOpenBack = false;
    line.net.run(SETTLED_MS);
    expect(echo(line, 3)).toEqual([{ problem: expect.stringContaining("is gone") }]);
  });

  it("is answered a hundred times a second for one neighbour, and counted beyond", () => {
    const line = lineOf(4);
    const [a, b] = line.nodes;
    const view = new LayerView(a!.node);
    let answered = 0;
    for (let sequence = 1; sequence <= 500; sequence += 1) {
      const asked = { run: RUN, sequence, isWhole: false, octets: 0, timeoutMs: 400, nameOf: String };
      probe(
        a!.node,
        [view.keyOf("b")],
        asked,
        line.net.now,
        (outcome) => void (answered += "rttMs" in outcome ? 1 : 0),
      );
    }
    a!.isWoken = true;
    line.net.run(1000);
    expect(answered).toBe(200);
    expect(b!.node.echoes.answered).toBe(200);
    expect(line.net.drops(b!)["echo.flood"]).toBe(300);
  });
});

describe("what a node sees of its layer", () => {
  it("is every node and both directions of every edge, whether it lists them or not", () => {
    const line = lineOf(4);
    const layer = new LayerView(line.nodes[0]!.node).layer();
    expect(layer.nodes.map(({ name }) => name)).toEqual(expect.arrayContaining(["a", "b", "d", undefined]));
    expect(layer.edges.filter(({ up }) => up)).toHaveLength(6);
    expect(layer.nodes.every(({ reachable }) => reachable)).toBe(true);
  });

  it("tells which advertisement of each node it has: all have the same at rest, each node's own included", () => {
    const line = lineOf(4);
    const [first, last] = [line.nodes[0]!, line.nodes.at(-1)!].map(({ node }) =>
      new LayerView(node)
        .layer()
        .nodes.map(({ id, sequence }) => `${id} ${sequence}`)
        .toSorted(),
    );
    expect(first).toEqual(last);
    expect(first!.some((text) => text.endsWith(" 0"))).toBe(false);
  });

  it("shows a path with the labels and costs of both directions", () => {
    const line = lineOf(4);
    const view = new LayerView(line.nodes[0]!.node);
    const { inUse, reason, others } = view.paths(view.keyOf("d"), line.net.now);
    expect([inUse?.hops.length, reason, others]).toEqual([3, "only", []]);
    const sum = inUse?.hops.reduce((total, { there }) => total + there.cost, 0);
    expect(inUse?.cost).toBe(sum);
    for (const { there, back, label } of inUse?.hops ?? []) {
      expect([there.up, back?.up]).toEqual([true, true]);
      expect(label).toBeGreaterThan(15);
    }
  });

  it("finds a node by the name or the beginning of the id", () => {
    const line = lineOf(4);
    const view = new LayerView(line.nodes[0]!.node);
    const { id } = line.nodes[2]!.node.settings.identity;
    expect(view.keyOf(id.slice(0, 15))).toBe(view.keyOf(id));
    expect(() => view.keyOf("nobody")).toThrow('does not know "nobody"; its peers are b, d');
  });
});
