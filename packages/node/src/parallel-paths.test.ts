/** How long a flow stands still when one of two links to a peer goes: in the nodes' own time. */
import { expect, it } from "vitest";
import { type Dialler, MemorySocket, peerOf, toWeb } from "./memory-network.testing.ts";
import type { PeerSettings } from "./settings.ts";
import { type StagedCable, StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

const HELLO_MS = 300;
const STEP_MS = 20;
const SETTLED_MS = 3000;
const WATCHED_MS = 10_000;
/** Three hellos, and the one after which the neighbour stops hearing; then one retransmission. */
const GAP_AT_SILENCE_MS = 4 * HELLO_MS + 300;
/** A retransmission. */
const GAP_AT_END_MS = 300;

/** A steady source behind far, and a client of near that takes what comes. */
interface Stage {
  readonly net: StagedNetwork;
  readonly near: StagedNode;
  readonly far: StagedNode;
  readonly cable: StagedCable;
  readonly client: MemorySocket;
  readonly target: MemorySocket;
}

const LINKS = ["cable", "radio"];

function overBoth(name: string, address?: string): PeerSettings {
  return { ...peerOf(name), links: LINKS.map((link) => ({ link, address })) };
}

function stage(): Stage {
  const net = new StagedNetwork();
  const target = new MemorySocket();
  const accept: Dialler = (_destination, outcome) => outcome.connected(target, new Uint8Array(4), 80);
  const near = net.add("near", {
    peers: [overBoth("far", "f")],
    links: LINKS,
    routeTo: "far",
    helloIntervalMs: HELLO_MS,
  });
  const far = net.add("far", { peers: [overBoth("near")], links: LINKS, dial: accept, helloIntervalMs: HELLO_MS });
  const [cable] = LINKS.map((link) => net.connect(near, { address: "f" }, far, { address: "n" }, link, link));
  const client = new MemorySocket();
  net.run(SETTLED_MS);
  near.node.accept(client, toWeb, net.now);
  net.run(SETTLED_MS);
  return { net, near, far, cable: cable!, client, target };
}

/** Sends an octet every step, and watches them arrive; what was lost, and the longest time in which nothing came. */
function watch({ net, client, target }: Stage, forMs: number): { readonly missing: number; readonly gapMs: number } {
  const before = client.received.length;
  let [sent, gapMs, last] = [0, 0, net.now];
  for (const end = net.now + forMs; net.now < end; sent += 1) {
    const had = client.received.length;
    target.listener?.handleOctets(Uint8Array.of(sent & 0xff));
    net.run(STEP_MS);
    if (client.received.length > had) last = net.now;
    gapMs = Math.max(gapMs, net.now - last);
  }
  net.run(SETTLED_MS);
  return { missing: sent - (client.received.length - before), gapMs };
}

const carrying = ({ node }: StagedNode): string | undefined =>
  [...node.topology.neighbours.values()][0]?.best?.link.name;

it("a flow stands still for a few hellos when the link that carries it falls silent, and returns without a gap", () => {
  const staged = stage();
  expect([staged.near, staged.far].map(carrying)).toEqual(["cable", "cable"]);
  staged.cable.isOpenThere = false;
  staged.cable.isOpenBack = false;
  const silent = watch(staged, WATCHED_MS);
  expect(silent.missing).toBe(0);
  expect(silent.gapMs).toBeLessThanOrEqual(GAP_AT_SILENCE_MS);
  expect([staged.near, staged.far].map(carrying)).toEqual(["radio", "radio"]);
  staged.cable.isOpenThere = true;
  staged.cable.isOpenBack = true;
  expect(watch(staged, 3 * WATCHED_MS)).toEqual({ missing: 0, gapMs: 0 });
  expect([staged.near, staged.far].map(carrying)).toEqual(["cable", "cable"]);
});

it.each(["near", "far"] as const)("a flow stands still for no hello when the link of %s ends", (side) => {
  const staged = stage();
  staged.cable.isOpenThere = false;
  staged.cable.isOpenBack = false;
  staged[side].node.links.detach("cable", staged.net.now);
  staged[side].isWoken = true;
  const { missing, gapMs } = watch(staged, WATCHED_MS);
  expect(missing).toBe(0);
  expect(gapMs).toBeLessThanOrEqual(GAP_AT_END_MS);
});
