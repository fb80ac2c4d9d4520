/** How long it takes until nodes are back with each other, for outages of every length: in the nodes' own time. */
import { describe, expect, it } from "vitest";
import { type Dialler, MemorySocket, peerOf } from "./memory-network.testing.ts";
import { StagedNetwork, type StagedCable, type StagedNode } from "./staged-network.testing.ts";

/** Whatever an outage was, its end is noticed within this time. */
const BACK_MS = 2000;
const LOOK_MS = 50;

interface Stage {
  readonly net: StagedNetwork;
  readonly near: StagedNode;
  readonly far: StagedNode;
  readonly cable: StagedCable;
}

function stage(): Stage {
  const accept: Dialler = (_, outcome) => outcome.connected(new MemorySocket(), new Uint8Array(4), 80);
  const net = new StagedNetwork();
  const near = net.add("near", { peers: [peerOf("far", { link: "wan", address: "f" })], routeTo: "far" });
  const far = net.add("far", { peers: [peerOf("near", { link: "wan" })], dial: accept });
  return { net, near, far, cable: net.connect(near, { address: "f" }, far, { address: "n" }) };
}

/** Milliseconds until far is up at near. */
function timeUntilUp({ net, near }: Stage): number {
  const start = net.now;
  while (net.now < start + 60_000 && net.peerStatus(near, "far").state !== "up") net.run(LOOK_MS);
  return net.now - start;
}

function setOpen({ cable }: Stage, isOpen: boolean): void {
  cable.isOpenThere = isOpen;
  cable.isOpenBack = isOpen;
}

describe("a node", () => {
  it.each([1, 3, 10, 20, 28, 40, 60, 300])(
    "is back soon after an outage of %i s, and its clients with it",
    (seconds) => {
      const staged = stage();
      staged.net.run(5000);
      setOpen(staged, false);
      staged.net.run(seconds * 1000);
      setOpen(staged, true);
      const reply = staged.net.connectClient(staged.near);
      expect(timeUntilUp(staged)).toBeLessThanOrEqual(BACK_MS);
      staged.net.run(BACK_MS);
      expect(reply()).toBe("ok");
    },
  );

  it("counts nothing as malformed, nor as any mistake of others, while all are honest", () => {
    const staged = stage();
    const { net, near, far } = staged;
    for (let round = 0; round < 5; round += 1) {
      net.run(3000);
      for (let client = 0; client < 20; client += 1) net.connectClient(near);
      net.run(200);
      setOpen(staged, false);
      net.run(round * 9000);
      setOpen(staged, true);
    }
    net.run(5000);
    const mistakes = /malformed|bad|envelope|payload|replayed|unknown-(?:port|label|sender)|ignored/;
    for (const node of [near, far])
      expect(Object.keys(net.drops(node)).filter((name) => mistakes.test(name))).toEqual([]);
  });

  it.each([1, 10, 25, 100, 400])("meets one that starts %i s later", (seconds) => {
    const staged = stage();
    staged.cable.isOpenThere = false;
    staged.net.run(seconds * 1000);
    staged.cable.isOpenThere = true;
    // After five minutes it is dialled every five seconds.
    expect(timeUntilUp(staged)).toBeLessThanOrEqual(seconds > 300 ? 5000 + BACK_MS : BACK_MS);
  });
});
