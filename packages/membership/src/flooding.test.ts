import type { ControlMessage } from "@flor/wire";
import { describe, expect, it } from "vitest";
import { MembershipFlooding } from "./flooding.ts";
import { hexKey, issuer, membership, revocation, rosterOf, T0 } from "./network.testing.ts";
import type { SignedRecord } from "./record.ts";

/** Nodes whose key numbers are their indices plus one, and ordered channels between some of them. */
class Nodes {
  readonly nodes: readonly MembershipFlooding[];
  now = 0;
  messages = 0;

  constructor(count: number) {
    this.nodes = Array.from({ length: count }, () => {
      const node = new MembershipFlooding({ unixMs: () => T0 + this.now });
      node.add(rosterOf());
      return node;
    });
  }

  connect(a: number, b: number): void {
    this.nodes[a]?.open(hexKey(b + 1), this.now);
    this.nodes[b]?.open(hexKey(a + 1), this.now);
  }

  give(to: number, ...records: readonly SignedRecord[]): void {
    const node = this.nodes[to]!;
    for (const { octets } of records) node.take(node.rosters[0]!, octets);
    node.handleMembersChanged();
  }

  /** Until nobody has something to say. */
  settle(): void {
    const queues = new Map<string, ControlMessage[]>();
    for (let round = 0; round < 2000; round += 1) {
      this.now += 1;
      let isQuiet = true;
      this.nodes.forEach((node, from) => {
        node.handleTimeout(this.now);
        for (const key of node.ready) {
          const to = this.nodes.findIndex((_, index) => hexKey(index + 1) === key);
          const queue = queues.get(`${from} ${to}`) ?? [];
          queues.set(`${from} ${to}`, queue);
          for (let said = node.pollTransmit(key); said !== undefined; said = node.pollTransmit(key)) queue.push(said);
        }
      });
      for (const [way, queue] of queues) {
        const [from = 0, to = 0] = way.split(" ").map(Number);
        const node = this.nodes[to]!;
        isQuiet &&= queue.length === 0;
        while (queue.length > 0 && node.canTake(hexKey(from + 1), this.now)) {
          this.messages += 1;
          if (!node.handleMessage(hexKey(from + 1), queue.shift()!, this.now)) throw new Error("protocol broken");
        }
        node.handleMembersChanged();
      }
      if (isQuiet) return;
    }
    throw new Error("nodes talk without end");
  }

  held(node: number): readonly string[] {
    return [...(this.nodes[node]?.rosters[0]?.records.keys() ?? [])].toSorted();
  }
}

const LINE = [issuer(1), ...[2, 3, 4, 5].map((n) => membership(n, { by: 1 }))];

describe("flooding", () => {
  it("brings a newcomer's membership to all, who then hold the same", () => {
    const nodes = new Nodes(5);
    for (const [at] of nodes.nodes.entries()) nodes.give(at, ...LINE);
    for (let at = 0; at < 4; at += 1) nodes.connect(at, at + 1);
    nodes.settle();
    nodes.give(0, membership(9, { by: 1 }));
    nodes.settle();
    expect(nodes.held(0)).toHaveLength(6);
    for (let at = 1; at < 5; at += 1) expect(nodes.held(at)).toEqual(nodes.held(0));
  });

  it("brings all there is to a node that holds nothing but its own and its issuer's", () => {
    const nodes = new Nodes(2);
    const members = Array.from({ length: 300 }, (_, n) => membership(n + 10, { by: 1 }));
    nodes.give(0, issuer(1), membership(2, { by: 1 }), revocation(400, { by: 1 }), ...members);
    nodes.give(1, issuer(1), membership(2, { by: 1 }));
    nodes.connect(0, 1);
    nodes.settle();
    expect(nodes.held(1)).toEqual(nodes.held(0));
    expect(nodes.held(1)).toHaveLength(303);
  });

  it("sends revocations before all else", () => {
    const nodes = new Nodes(2);
    const [own, other] = [membership(2, { by: 1 }), membership(3, { by: 1 })];
    nodes.give(0, issuer(1), own, other, ...Array.from({ length: 70 }, (_, n) => membership(n + 10, { by: 1 })));
    nodes.give(1, issuer(1), own, other);
    nodes.connect(0, 1);
    nodes.give(0, revocation(3, { by: 1, at: T0 + 1 }));
    const first = nodes.nodes[0]?.pollTransmit(hexKey(2));
    expect(first?.membership?.records?.[0]).toBe(2);
  });

  it("mends a partition by summaries, and says no more than what lacks", () => {
    const nodes = new Nodes(4);
    for (const [at] of nodes.nodes.entries()) nodes.give(at, ...LINE);
    nodes.connect(0, 1);
    nodes.connect(2, 3);
    nodes.give(0, membership(8, { by: 1 }));
    nodes.give(3, revocation(5, { by: 1 }));
    nodes.settle();
    expect(nodes.held(1)).not.toEqual(nodes.held(2));
    const before = nodes.messages;
    nodes.connect(1, 2);
    nodes.settle();
    for (let at = 1; at < 4; at += 1) expect(nodes.held(at)).toEqual(nodes.held(0));
    expect(nodes.messages - before).toBeLessThan(10);
  });

  it("brings a new node what shows that a former issuer was one, and so whom it revoked", () => {
    const nodes = new Nodes(2);
    const old = membership(6, { by: 3 });
    nodes.give(0, issuer(1), issuer(3), old, membership(2, { by: 3 }), revocation(6, { by: 1, at: T0 + 1 }));
    nodes.now = 10;
    nodes.give(0, revocation(1, { at: T0 + 5 }), membership(1, { at: T0 + 6 }));
    nodes.give(1, issuer(3), membership(2, { by: 3 }), old);
    nodes.connect(0, 1);
    nodes.settle();
    expect(nodes.held(1)).toEqual(nodes.held(0));
    expect(nodes.held(1)).toHaveLength(6);
    expect(nodes.nodes[1]?.rosters[0]?.isMember(hexKey(6), T0)).toBe(false);
  });

  it("tells nothing to a neighbour that does not belong to the network, until it shows that it knows it", () => {
    const nodes = new Nodes(2);
    nodes.give(0, issuer(1), membership(7, { by: 1 }));
    nodes.connect(0, 1);
    nodes.settle();
    expect(nodes.held(1)).toEqual([]);
    nodes.give(1, issuer(1));
    nodes.settle();
    expect(nodes.held(1)).toEqual(nodes.held(0));
  });

  it("pauses after many signatures, so that a first meeting takes no long turn", () => {
    const nodes = new Nodes(1);
    const [node] = nodes.nodes;
    const key = hexKey(2);
    nodes.give(0, issuer(1));
    node?.open(key, 0);
    const records = Uint8Array.from(
      Array.from({ length: 64 }, (_, n) => [...membership(n + 10, { by: 1 }).octets]).flat(),
    );
    const network = Uint8Array.from({ length: 8 }, (_, at) => Number.parseInt(hexKey(0).slice(2 * at, 2 * at + 2), 16));
    expect(node?.handleMessage(key, { membership: { network, records } }, 0)).toBe(true);
    expect(node?.canTake(key, 1)).toBe(false);
    expect(node?.canTake(key, 1000)).toBe(true);
  });

  it("calls a message malformed that holds no whole records, or too many", () => {
    const [node] = new Nodes(1).nodes;
    const key = hexKey(2);
    node?.open(key, 0);
    expect(node?.handleMessage(key, { membership: { records: new Uint8Array(10) } }, 0)).toBe(false);
    expect(node?.handleMessage(key, { membershipSummary: { ids: new Uint8Array(7) } }, 0)).toBe(false);
    expect(node?.handleMessage(key, { membershipSummary: { ids: new Uint8Array(8 * 2001) } }, 0)).toBe(false);
    expect(node?.handleMessage(key, { summary: {} }, 0)).toBe(true);
  });
});
