/** A node that starts again with a wrong clock, while its neighbours still hold what they had with it. */
import { expect, it } from "vitest";
import { identityOf, MemorySocket, peerOf } from "./memory-network.testing.ts";
import type { TimeBounds } from "./network-time.ts";
import { chanceOf } from "./chance.testing.ts";
import { EPOCH_SECONDS, StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

const DAY = 86_400;
const timeBounds: TimeBounds = {
  notBefore: (EPOCH_SECONDS - 30 * DAY) * 1000,
  notAfter: (EPOCH_SECONDS + 300 * DAY) * 1000,
  believes: "ahead",
};
const NAMES = ["a", "b", "c"];
const LOOK_MS = 20;
const UP_MS = 5000;

/** a ═ b ═ c, each dialling its neighbours; c is killed, and starts again with another clock. How long until it reaches a. */
function upAgainMs(skewSeconds: number, phaseMs: number): number {
  const net = new StagedNetwork();
  const add = (name: string, skew = 0): StagedNode =>
    net.add(name, {
      peers: NAMES.filter((other) => other !== name).map((other) =>
        isBeside(name, other) ? peerOf(other, { link: other, address: other }) : peerOf(other),
      ),
      links: NAMES,
      skewSeconds: skew,
      timeBounds,
      randomFill: chanceOf(phaseMs + name.charCodeAt(0)),
      dial: (_destination, outcome) => outcome.connected(new MemorySocket(), new Uint8Array(4), 80),
      ...(name === "c" && { routeTo: "a" }),
    });
  const join = (near: StagedNode, far: StagedNode): void =>
    void net.connect(
      near,
      { key: identityOf(far.name).id },
      far,
      { key: identityOf(near.name).id },
      near.name,
      far.name,
    );
  const [a, b, c] = NAMES.map((name) => add(name)) as [StagedNode, StagedNode, StagedNode];
  join(a, b);
  join(b, c);
  net.run(8000 + phaseMs);
  c.isDead = true;
  net.run(2000);
  const again = add("c", skewSeconds);
  join(b, again);
  const began = net.now;
  while (again.node.sessions.named("a")?.session === undefined && net.now - began < 60_000) net.run(LOOK_MS);
  return net.now - began;
}

function isBeside(name: string, other: string): boolean {
  return Math.abs(NAMES.indexOf(name) - NAMES.indexOf(other)) === 1;
}

it.each([
  ["right", 0],
  ["in 1970", -EPOCH_SECONDS],
  ["ten years ahead", 3650 * DAY],
])("a node that starts again with a clock that is %s is back within five seconds", (_name, skew) => {
  const took = Array.from({ length: 2 }, (_, phase) => upAgainMs(skew, phase * 137));
  for (const ms of took) expect(ms).toBeLessThan(UP_MS);
});
