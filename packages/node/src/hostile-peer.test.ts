import type { ControlMessage } from "@flor/wire";
import { LABEL_STACK_MAX_DEPTH } from "@flor/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { HostilePeer } from "./hostile-peer.testing.ts";
import { coreStatusOf } from "./node-status.ts";
import { type Dialler, MemorySocket, peerOf } from "./memory-network.testing.ts";
import { StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

/** More than any peer may say at once. */
const FLOOD = 1000;

let net: StagedNetwork;
let victim: StagedNode;
let hostile: HostilePeer;

/** The victim has a hostile peer, which dials it. */
beforeEach(() => {
  net = new StagedNetwork();
  const accept: Dialler = (_, outcome) => outcome.connected(new MemorySocket(), new Uint8Array(4), 80);
  victim = net.add("victim", { peers: [peerOf("hostile", { link: "wan" })], dial: accept });
  const far = net.add("hostile", { peers: [peerOf("victim", { link: "wan", address: "v" })], routeTo: "victim" });
  net.connect(far, { address: "v" }, victim, { address: "h" });
  net.run(3000);
  hostile = new HostilePeer(far);
});

const floods: Readonly<Record<string, readonly [message: (index: number) => ControlMessage, ignored: () => number]>> = {
  Introduction: [
    (index) => ({
      introduction: {
        version: 2,
        token: new Uint8Array(8).fill(index),
        discriminator: 1 + index,
        mtu: 1500 - (index % 99),
      },
    }),
    () => victim.node.control.messages.drops.counts["ignored-notices"],
  ],
  AdjacencyDown: [
    () => ({ adjacencyDown: { discriminator: adjacency().localDiscriminator } }),
    () => victim.node.control.messages.drops.counts["ignored-notices"],
  ],
  PathTooBig: [
    (index) => ({ pathTooBig: { label: 16 + index, mtu: 9000 - index } }),
    () => victim.node.control.messages.drops.counts["ignored-too-bigs"],
  ],
};

function adjacency(): { readonly localDiscriminator: number } {
  const [neighbour] = victim.node.topology.neighbours.values();
  return [...neighbour!.adjacencies][0]!;
}

describe("a flood of control messages", () => {
  it.each(Object.entries(floods))(
    "%s is taken a few times a second, even from a peer that keeps reconnecting",
    (_, [message, ignored]) => {
      const messages = Array.from({ length: FLOOD }, (_unused, index) => message(index));
      const said = hostile.say(messages);
      expect(said).toBe(FLOOD);
      net.run(1000);
      const first = ignored();
      expect(first).toBeGreaterThan(FLOOD - 100);
      hostile.reconnect();
      net.run(2000);
      hostile.say(messages);
      net.run(1000);
      // What a new connection brings is over the same budget, which had three seconds to fill.
      expect(ignored() - first).toBeGreaterThan(FLOOD - 150);
    },
  );
});

describe("a neighbour that says wrong things of the layer", () => {
  it("is named in the status and the log, once, while others are not", () => {
    const lie = { advertisement: Uint8Array.of(1, 2, 3), signature: new Uint8Array(64) };
    hostile.say(Array.from({ length: 50 }, () => ({ advertisements: { advertisements: [lie] } })));
    net.run(1000);
    const [peer] = coreStatusOf(victim.node, net.now).peers;
    expect([peer?.name, peer?.misconduct]).toEqual(["hostile", "malformed advertisements: 50 in a minute"]);
    expect(victim.log.filter(({ step }) => step === "neighbour-misbehaves")).toMatchObject([
      { fields: { peer: "hostile" } },
    ]);
  });

  it("and breaks the protocol each time that it connects, is named for that", () => {
    const tooMany = { request: { names: new Uint8Array(8 * 257) } };
    for (let time = 0; time < 3; time += 1) {
      hostile.say([tooMany]);
      net.run(3000);
    }
    expect(coreStatusOf(victim.node, net.now).peers[0]?.misconduct).toMatch(/^messages that break the protocol: 3/u);
  });
});

describe("a peer that opens streams and does not say what it wants", () => {
  it("loses them after ten seconds, and their places are free", () => {
    hostile.openStreams("victim", 500, Uint8Array.of(0));
    net.run(5000);
    const flows = (): number => [...victim.node.sessions.carried].reduce((sum, session) => sum + session.flows.size, 0);
    expect(flows()).toBe(500);
    net.run(8000);
    expect(flows()).toBe(0);
    const reply = net.connectClient(victim);
    net.run(1000);
    expect(reply()).toBe("not-allowed");
  });
});

describe("a peer that sends deep stacks", () => {
  it("has them dropped and counted, whatever their TTL", () => {
    const label = victim.node.topology.neighbours.values().next().value?.label ?? 0;
    for (let count = 0; count < 50; count += 1)
      hostile.sendFrame([label, ...Array<number>(LABEL_STACK_MAX_DEPTH).fill(label)], 255);
    net.run(1000);
    expect(victim.node.forwarder.drops.counts["too-deep"]).toBe(50);
    expect(victim.node.forwarder.framesForwarded).toBe(0);
  });
});
