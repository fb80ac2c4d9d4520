/** A link that takes less than this node and its neighbours want to send over it. */
import { expect, test } from "vitest";
import type { FrameDoor } from "./frame-door.ts";
import { type Dialler, MemorySocket, peerOf, toWeb } from "./memory-network.testing.ts";
import { encodeFrame } from "./sender.ts";
import { StagedNetwork } from "./staged-network.testing.ts";

const STEP_MS = 10;
/** What the link takes in a step. */
const CREDIT_OCTETS = 40_000;
const UNKNOWN_LABEL = 77;

test("this node's own flows go on while its neighbours send more for others than the link takes, and theirs while it does", () => {
  const net = new StagedNetwork();
  const target = new MemorySocket();
  const dial: Dialler = (_, outcome) => outcome.connected(target, new Uint8Array(4), 80);
  const a = net.add("a", { peers: [peerOf("b", { link: "wan", address: "b" })], routeTo: "b" });
  net.connect(a, {}, net.add("b", { peers: [peerOf("a", { link: "wan" })], dial }), {});
  net.run(3000);
  const client = new MemorySocket();
  a.node.accept(client, toWeb, net.now);
  net.run(1000);
  const link = a.node.links.get("wan")!;
  const b = a.node.topology.neighbours.values().next().value!.best!;
  const inner = link.door!;
  let credit = 0;
  const door: FrameDoor = {
    bundle: inner.bundle,
    bundleLimit: inner.bundleLimit,
    reserve: (octets) => (octets <= credit ? inner.reserve(octets) : -1),
    commit: (octets) => {
      credit -= octets;
      inner.commit(octets);
    },
    flush: () => inner.flush(),
  };
  link.door = door;
  const others = encodeFrame(new Uint8Array(1400), b, [UNKNOWN_LABEL]);
  let carried = 0;
  for (let step = 0; step < 300; step += 1) {
    for (let n = 0; n < 60; n += 1) link.transit.push(others, b.neighbour!);
    client.listener?.handleOctets(new Uint8Array(20_000));
    credit = CREDIT_OCTETS;
    const before = link.transit.octets;
    a.node.links.handleCredit("wan");
    net.run(STEP_MS);
    carried += before - link.transit.octets;
  }
  const own = target.received.length;
  const share = (octets: number): number => octets / (300 * CREDIT_OCTETS);
  expect(share(own)).toBeGreaterThan(0.2);
  expect(share(carried)).toBeGreaterThan(0.2);
  expect(b.alive).toBe(true);
});
