import { describe, expect, it } from "vitest";
import { nodeKeyOf } from "./node-key.ts";
import { advertisementOf, keyOf, nodeKey, randomOf, signAs, TestLayer, type TestNode } from "./layer.testing.ts";
import type { LinkState } from "./link-state.ts";
import { VERIFICATIONS_PER_TURN } from "./verification.ts";
import { PENDING_MAX, WANTED_MAX } from "./neighbour-sync.ts";
import { SUMMARY_ORIGINS_MAX } from "./summary.ts";

function line(size: number): TestLayer {
  const layer = new TestLayer(size);
  for (let n = 1; n < size; n += 1) layer.join(n - 1, n);
  layer.run(10_000);
  return layer;
}

/** A connected random graph: a ring, and chords. */
function meshed(size: number, chords: number, seed: number): TestLayer {
  const layer = new TestLayer(size, seed);
  const random = randomOf(seed);
  for (let n = 0; n < size; n += 1) layer.join(n, (n + 1) % size);
  for (let i = 0; i < chords; i += 1) {
    const [a, b] = [Math.floor(random() * size), Math.floor(random() * size)];
    if (a !== b && !layer.node(a).adjacencies.has(b)) layer.join(a, b);
  }
  return layer;
}

/** What a node knows, as one text: origins and sequences. */
function knowledge({ state }: TestNode): string {
  return state.database
    .names()
    .map((name) => `${name}:${state.database.named(name)?.entry.sequence ?? 0}`)
    .join(" ");
}

const sequenceAt = (layer: TestLayer, at: number, of: number): number | undefined =>
  layer.node(at).state.database.get(nodeKey(of))?.sequence;

describe("flooding", () => {
  it("lets the first of a line of five find the last", () => {
    const layer = line(5);
    expect(layer.path(0, 4)).toEqual([1, 2, 3, 4]);
    expect(layer.path(4, 0)).toEqual([3, 2, 1, 0]);
  });

  it("gives every node the same knowledge, and checks each signature once at most", () => {
    const layer = meshed(120, 120, 7);
    layer.run(20_000);
    const known = new Set(layer.nodes.map(knowledge));
    expect(known.size).toBe(1);
    expect(layer.node(0).state.database.size).toBe(120);
    const sequences = layer.nodes.map(({ state }) => state.database.get(state.ownKey)?.sequence ?? 0);
    const said = sequences.reduce((sum, sequence) => sum + sequence - 1000, 0);
    for (const { state } of layer.nodes) expect(state.verifications).toBeLessThanOrEqual(said);
  });

  it("tells of a cut everywhere within a tenth of a second and the delays of the way", () => {
    const layer = line(20);
    expect(layer.path(3, 19)).toHaveLength(16);
    layer.cut(18, 19);
    layer.run(layer.now + 100 + 20 * 5);
    expect(layer.path(3, 19)).toBeUndefined();
    expect(layer.path(3, 18)).toHaveLength(15);
  });

  it("says a change to each neighbour once, and not to the one that it came from", () => {
    const layer = line(3);
    const before = layer.nodes.map(({ octetsSent }) => octetsSent);
    layer.node(0).state.setAdjacencies([]);
    layer.run(layer.now + 1000);
    const sent = layer.nodes.map(({ octetsSent }, n) => octetsSent - (before[n] ?? 0));
    expect(sent[1]).toBeGreaterThan(0);
    expect(sent[2]).toBe(0);
  });
});

describe("news", () => {
  const newsAt = (layer: TestLayer, at: number): boolean | undefined => {
    const news = layer
      .node(at)
      .events.splice(0)
      .filter((event) => event.type === "changed");
    return news.length === 0 ? undefined : news.some(({ isBad }) => isBad);
  };

  it("is bad when something carries no more, and is not when something comes or costs more", () => {
    const layer = line(4);
    newsAt(layer, 0);
    const say = (up: boolean, cost: number): void => {
      layer.node(2).state.setAdjacencies([
        { neighbour: keyOf(1), label: 16, mtu: 1500, segmentMtu: 1500, cost: 1, up: true },
        { neighbour: keyOf(3), label: 17, mtu: 1500, segmentMtu: 1500, cost, up },
      ]);
      layer.run(layer.now + 20_000);
    };
    say(true, 1);
    newsAt(layer, 0);
    say(true, 500);
    expect(newsAt(layer, 0)).toBe(false);
    say(false, 500);
    expect(newsAt(layer, 0)).toBe(true);
    say(true, 500);
    expect(newsAt(layer, 0)).toBe(false);
    layer.node(3).state.withdraw(layer.now);
    layer.run(layer.now + 1000);
    expect(newsAt(layer, 0)).toBe(true);
  });
});

describe("two networks with one node between them", () => {
  const networks = [new Set([0, 1, 2].map(nodeKey)), new Set([2, 3, 4].map(nodeKey))];
  const isTold = (neighbour: string, origin: string): boolean =>
    networks.some((network) => network.has(neighbour) && network.has(origin));
  const known = (layer: TestLayer, at: number): number[] =>
    [0, 1, 2, 3, 4].filter((n) => layer.node(at).state.database.get(nodeKey(n)) !== undefined);

  it("hear of their own members alone, at first, of changes, and by whole summaries", () => {
    const layer = new TestLayer(5, 1, isTold);
    for (let n = 1; n < 5; n += 1) layer.join(n - 1, n);
    layer.run(10_000);
    layer.cut(0, 1);
    layer.join(0, 1);
    layer.run(layer.now + 400_000);
    expect([0, 1, 2, 3, 4].map((n) => known(layer, n))).toEqual([
      [0, 1, 2],
      [0, 1, 2],
      [0, 1, 2, 3, 4],
      [2, 3, 4],
      [2, 3, 4],
    ]);
    expect([layer.path(0, 2), layer.path(0, 4)]).toEqual([[1, 2], undefined]);
    // A member of the second joins the first, and is told of it without waiting.
    networks[0]?.add(nodeKey(3));
    layer.node(2).state.retell();
    layer.run(layer.now + 1000);
    expect(known(layer, 3)).toEqual([0, 1, 2, 3, 4]);
    expect(layer.path(3, 0)).toEqual([2, 1, 0]);
    expect(known(layer, 4)).toEqual([2, 3, 4]);
  });
});

describe("synchronisation", () => {
  it("brings two halves together again that changed apart", () => {
    const layer = line(6);
    layer.cut(2, 3);
    layer.run(layer.now + 20_000);
    layer.cut(0, 1);
    layer.cut(4, 5);
    layer.run(layer.now + 20_000);
    layer.join(2, 3);
    layer.run(layer.now + 2000);
    expect(
      layer
        .node(1)
        .state.database.get(nodeKey(4))
        ?.edges.map(({ up }) => up),
    ).toEqual([true, false]);
    expect(layer.path(1, 4)).toEqual([2, 3, 4]);
  });

  it("sends nothing but sequences when nothing changed", () => {
    const layer = meshed(100, 100, 3);
    layer.run(20_000);
    const before = layer.node(0).octetsSent;
    layer.node(0).state.close(nodeKey(1));
    layer.node(1).state.close(nodeKey(0));
    layer.node(0).state.open(nodeKey(1), layer.now);
    layer.node(1).state.open(nodeKey(0), layer.now);
    layer.run(layer.now + 500);
    const own = layer.node(0).state.own?.advertisement?.length ?? 0;
    expect(layer.node(0).octetsSent - before).toBeLessThanOrEqual(100 * 16 + own + 64);
  });

  it("makes a node newer whose clock went back, as far off as it may be", () => {
    const layer = line(4);
    const before = sequenceAt(layer, 3, 0) ?? 0;
    layer.restart(0, 5);
    layer.run(layer.now + 3000);
    expect(sequenceAt(layer, 3, 0)).toBeGreaterThan(before);
    expect(layer.node(3).events).toContainEqual({ type: "restarted", origin: nodeKey(0) });
    expect(layer.path(3, 0)).toEqual([2, 1, 0]);
  });

  it("asks one neighbour, and another when that one does not answer", () => {
    const layer = new TestLayer(3);
    const { state } = layer.node(0);
    state.open(nodeKey(1), 0);
    state.open(nodeKey(2), 0);
    const origins = new Uint8Array(16);
    origins.set(keyOf(9).subarray(0, 8));
    origins[15] = 7;
    const requestsTo = (n: number, now: number): number => {
      let requests = 0;
      for (let m = state.pollTransmit(nodeKey(n), now); m !== undefined; m = state.pollTransmit(nodeKey(n), now))
        if (m.request) requests += 1;
      return requests;
    };
    for (const n of [1, 2]) state.handleMessage(nodeKey(n), { summary: { origins, partial: true } }, 0);
    expect(requestsTo(1, 0)).toBe(1);
    expect(requestsTo(2, 0)).toBe(0);
    expect(requestsTo(2, 2000)).toBe(1);
  });
});

describe("withdrawal and age", () => {
  it("forgets a node that says it stops, and no older copy brings it back", () => {
    const layer = line(3);
    const old = layer.node(0).state.own;
    layer.node(0).state.withdraw(layer.now);
    layer.run(layer.now + 100);
    expect(layer.node(2).state.database.get(nodeKey(0))).toBeUndefined();
    layer.node(2).state.handleMessage(nodeKey(1), { advertisements: { advertisements: [old ?? {}] } }, layer.now);
    layer.run(layer.now + 1000);
    expect(layer.node(2).state.database.get(nodeKey(0))).toBeUndefined();
  });

  it("forgets a node that says nothing for an hour, and not one that does", () => {
    const layer = line(4);
    layer.cut(2, 3);
    layer.run(layer.now + 3_700_000);
    expect(layer.node(0).state.database.get(nodeKey(3))).toBeUndefined();
    expect(layer.node(0).state.database.get(nodeKey(2))).toBeDefined();
    expect(layer.path(0, 2)).toEqual([1, 2]);
  });
});

describe("hostile neighbours", () => {
  it("are not read from when what they bring waits, and none of it is lost", () => {
    const layer = new TestLayer(1);
    const { state } = layer.node(0);
    state.open(nodeKey(1), 0);
    let sent = 0;
    for (let now = 0; sent < 1000 || state.database.size < 1001; now += 10) {
      expect(now).toBeLessThan(10_000);
      while (sent < 1000 && state.canTake(nodeKey(1), now)) {
        sent += 1;
        const advertisements = [advertisementOf(1000 + sent, [])];
        state.handleMessage(nodeKey(1), { advertisements: { advertisements } }, now);
      }
      const before = state.verifications;
      state.handleTimeout(now);
      expect(state.verifications - before).toBeLessThanOrEqual(VERIFICATIONS_PER_TURN);
    }
    expect(state.database.size).toBe(1001);
  });

  it("do not pay their debt by reconnecting", () => {
    const layer = new TestLayer(1);
    const { state } = layer.node(0);
    let taken = 0;
    let n = 0;
    for (let now = 0; now < 4000; now += 10) {
      state.close(nodeKey(1));
      state.open(nodeKey(1), now);
      for (let i = 0; i < PENDING_MAX && state.canTake(nodeKey(1), now); i += 1) {
        n += 1;
        const advertisements = [advertisementOf(50_000, [], { sequence: 2 + n })];
        state.handleMessage(nodeKey(1), { advertisements: { advertisements } }, now);
        taken += 1;
      }
      state.handleTimeout(now);
    }
    // 70 ms of work a second, and 700 ms at once, for what costs 15 µs each, and 300 µs when verified.
    expect(state.verifications * 300 + taken * 15).toBeLessThan(1_000_000);
  });

  it("cannot replace an advertisement by another of the same sequence", () => {
    const layer = line(2);
    const { state } = layer.node(1);
    const sequence = sequenceAt(layer, 1, 0) ?? 0;
    const before = state.database.get(nodeKey(0));
    const advertisements = [advertisementOf(0, [{ to: 5 }], { sequence })];
    state.handleMessage(nodeKey(0), { advertisements: { advertisements } }, layer.now);
    layer.run(layer.now + 100);
    expect(state.database.get(nodeKey(0))).toBe(before);
    expect(state.refusals.counts.conflict).toBe(1);
  });

  it("that sign two for one sequence do not make those look guilty that pass one of them on", () => {
    const layer = line(2);
    const { state } = layer.node(1);
    const blamed: string[] = [];
    state.onRefused = (key, refusal) => blamed.push(`${refusal} by ${key}`);
    const bring = (by: number, origin: number, to: number): void => {
      const advertisements = [advertisementOf(origin, [{ to }], { sequence: 9000 })];
      state.handleMessage(nodeKey(by), { advertisements: { advertisements } }, layer.now);
      layer.run(layer.now + 100);
    };
    bring(0, 50, 5);
    bring(0, 50, 6);
    expect(blamed).toEqual([]);
    bring(0, 0, 5);
    bring(0, 0, 6);
    expect(blamed).toEqual([`conflict by ${nodeKey(0)}`]);
    expect(state.refusals.counts.conflict).toBe(2);
  });

  it("bring nothing that its origin did not sign", () => {
    const layer = line(2);
    const { state } = layer.node(1);
    const forged = advertisementOf(0, [], { sequence: 9000 });
    const advertisements = [{ ...forged, signature: new Uint8Array(64) }];
    state.handleMessage(nodeKey(0), { advertisements: { advertisements } }, layer.now);
    layer.run(layer.now + 100);
    expect(state.refusals.counts["bad-signature"]).toBe(1);
    expect(sequenceAt(layer, 1, 0)).toBeLessThan(9000);
  });

  it("are told apart from honest ones by malformed summaries and requests", () => {
    const { state } = line(2).node(1);
    const from = nodeKey(0);
    expect(state.handleMessage(from, { summary: { origins: new Uint8Array(15) } }, 0)).toBe(false);
    expect(state.handleMessage(from, { summary: { from: new Uint8Array(3) } }, 0)).toBe(false);
    expect(state.handleMessage(from, { request: { names: new Uint8Array(257 * 8) } }, 0)).toBe(false);
    expect(state.handleMessage(from, { request: { names: new Uint8Array(256 * 8) } }, 0)).toBe(true);
  });
});

describe("what a neighbour shows and this node lacks", () => {
  /** Sends summaries of this many unknown nodes; what each was answered with. */
  function shown(state: LinkState, count: number): boolean[] {
    const answers: boolean[] = [];
    for (let first = 0; first < count; first += SUMMARY_ORIGINS_MAX) {
      const origins = new Uint8Array(16 * Math.min(SUMMARY_ORIGINS_MAX, count - first));
      const view = new DataView(origins.buffer);
      for (let at = 0; at < origins.length; at += 16) {
        view.setUint32(at, 0xfeed_0000 + first + at / 16);
        view.setUint32(at + 12, 1);
      }
      answers.push(state.handleMessage(nodeKey(0), { summary: { origins, partial: true } }, 0));
    }
    return answers;
  }

  it("is asked for as far as a database and its tombstones go, and beyond the connection is closed", () => {
    const within = shown(line(2).node(1).state, WANTED_MAX);
    expect(within.every(Boolean)).toBe(true);
    const beyond = shown(line(2).node(1).state, WANTED_MAX + 1);
    expect([beyond.slice(0, -1).every(Boolean), beyond.at(-1)]).toEqual([true, false]);
  });
});

describe("origination", () => {
  it("says no more than twenty things in a minute of an adjacency that flaps each second", () => {
    const layer = line(3);
    const before = sequenceAt(layer, 2, 0) ?? 0;
    for (let i = 0; i < 30; i += 1) {
      layer.cut(0, 1);
      layer.run(layer.now + 1000);
      layer.join(0, 1);
      layer.run(layer.now + 1000);
    }
    layer.run(layer.now + 12_000);
    expect((sequenceAt(layer, 2, 0) ?? 0) - before).toBeLessThanOrEqual(20);
    expect(layer.path(2, 0)).toEqual([1, 0]);
  });

  it("says at once that a node forwards for nobody any more, under all its keys, and later that it does again", () => {
    // A square: 0 reaches 2 by 1 and by 3.
    const layer = new TestLayer(4);
    layer.join(0, 1);
    layer.join(1, 2);
    layer.join(2, 3);
    layer.join(3, 0);
    layer.run(60_000, 20_000);
    const { state } = layer.node(1);
    const { events } = layer.node(0);
    const saidAt = layer.now;
    const before = sequenceAt(layer, 0, 1) ?? 0;
    state.setLeaf(true);
    state.setLeaf(true);
    layer.run(saidAt + 70);
    expect(sequenceAt(layer, 0, 1)).toBe(before + 1);
    expect(events.at(-1)).toEqual({ type: "changed", isBad: true });
    expect([layer.path(0, 2), layer.path(0, 1), layer.path(1, 3)]).toEqual([[3, 2], [1], [0, 3]]);
    state.takeKey({ publicKey: keyOf(9), sign: (octets) => signAs(keyOf(9), octets) });
    layer.run(layer.now + 1000);
    expect(layer.node(0).state.database.get(nodeKey(9))?.leaf).toBe(true);
    state.setLeaf(false);
    layer.run(layer.now + 6000);
    expect([nodeKey(1), nodeKey(9)].map((key) => layer.node(0).state.database.get(key)?.leaf)).toEqual([false, false]);
  });

  it("names nodes by a hexadecimal key", () => {
    expect(nodeKeyOf(new Uint8Array([0, 15, 255]))).toBe("000fff");
  });
});

describe("a frame that does not fit", () => {
  it("lowers both sizes of that edge, until its node says otherwise", () => {
    const layer = line(3);
    const { state } = layer.node(0);
    const label = state.database.get(nodeKey(1))?.edges.find(({ neighbour }) => neighbour === nodeKey(2))?.label ?? 0;
    expect(state.handleTooBig(nodeKey(1), label + 7, 1300)).toBe(false);
    expect(state.handleTooBig(nodeKey(1), label, 1300)).toBe(true);
    const edge = state.database.get(nodeKey(1))?.edges.find((one) => one.label === label);
    expect(edge).toMatchObject({ mtu: 1300, segmentMtu: 1300 });
    layer.path(0, 2);
    expect(layer.node(0).paths.to(nodeKey(2))[0]?.payloadMtu).toBe(1300 - 16 - 4 - 12);
  });
});
