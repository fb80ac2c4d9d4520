/** Nodes whose clocks are wrong, or become so: they reach their peers by the network's time. */
import { expect, it } from "vitest";
import { identityOf, MemorySocket, peerOf, toWeb } from "./memory-network.testing.ts";
import type { TimeBounds } from "./network-time.ts";
import { EPOCH_SECONDS, StagedNetwork, type StagedNode } from "./staged-network.testing.ts";

const DAY = 86_400;
const YEARS = 3650 * DAY;
const timeBounds: TimeBounds = {
  notBefore: (EPOCH_SECONDS - 30 * DAY) * 1000,
  notAfter: (EPOCH_SECONDS + 300 * DAY) * 1000,
  believes: "ahead",
};
const toHome = peerOf("home", { link: "wan", address: "192.0.2.2:4600" });

/** A laptop that dials home; each has a clock of its own. */
function staged(skews: { readonly laptop?: number; readonly home?: number }): {
  readonly net: StagedNetwork;
  readonly laptop: StagedNode;
  readonly home: StagedNode;
} {
  const net = new StagedNetwork();
  const { laptop: skewSeconds = 0, home: homeSkew = 0 } = skews;
  const laptop = net.add("laptop", { peers: [toHome], routeTo: "home", skewSeconds, timeBounds });
  const home = net.add("home", {
    peers: [peerOf("laptop", { link: "wan" })],
    skewSeconds: homeSkew,
    timeBounds,
    dial: (_destination, outcome) => outcome.connected(new MemorySocket(), new Uint8Array(4), 80),
  });
  net.connect(laptop, { key: toHome.id }, home, { key: identityOf("laptop").id });
  return { net, laptop, home };
}

const isUp = ({ node }: StagedNode, peer: string): boolean => node.sessions.named(peer)?.session !== undefined;
const steps = ({ log }: StagedNode): readonly string[] => log.map(({ step }) => step);

it.each([
  ["in 1970", -EPOCH_SECONDS],
  ["a day behind, as after a night without power", -DAY],
  ["ten years ahead", YEARS],
])("a node whose clock is %s is up within five seconds, and says that its clock is wrong", (_name, skew) => {
  const { net, laptop } = staged({ laptop: skew });
  net.run(5000);
  expect(isUp(laptop, "home")).toBe(true);
  const said = laptop.log.find(({ step }) => step === "network-time");
  expect(said?.fields).toMatchObject({ peer: "home", offsetSeconds: expect.closeTo(-skew, -1) });
});

it.each([
  ["in 1970", -EPOCH_SECONDS],
  ["ten years ahead", YEARS],
])("a node that dials nobody, and whose clock is %s, learns the time from those who dial it", (_name, skew) => {
  const { net, laptop, home } = staged({ home: skew });
  net.run(5000);
  expect(isUp(laptop, "home")).toBe(true);
  expect([steps(laptop).includes("network-time"), steps(home).includes("network-time")]).toEqual([false, true]);
});

it("a right clock stays right when a peer's is ahead, and the two do not speak until that is mended", () => {
  const { net, laptop, home } = staged({ laptop: 100 * DAY });
  net.run(5000);
  expect([isUp(laptop, "home"), steps(home).includes("network-time")]).toEqual([false, false]);
  laptop.skewSeconds = 0;
  net.run(40_000);
  expect(isUp(laptop, "home")).toBe(true);
});

it("a flow lives on while a clock jumps, and afterwards", () => {
  const { net, laptop } = staged({});
  net.run(3000);
  const client = new MemorySocket();
  laptop.node.accept(client, toWeb, net.now);
  net.run(1000);
  laptop.skewSeconds = YEARS;
  net.run(60_000);
  expect([isUp(laptop, "home"), client.isReset]).toEqual([true, false]);
});

it("peers whose clock is wrong are told the time once a second, and a node in doubt tells nobody", () => {
  const { net, home } = staged({ laptop: 100 * DAY });
  const told = (): number => home.node.control.endpoint.drops.counts["clock-skew"];
  net.run(20_000);
  expect(told()).toBeGreaterThan(0);
  const both = staged({ laptop: -EPOCH_SECONDS, home: YEARS });
  both.net.run(5000);
  expect([steps(both.laptop), steps(both.home)].flat()).not.toContain("network-time");
});

it("an old node, which knows nothing of hints, refuses and says nothing, as ever", () => {
  const net = new StagedNetwork();
  const laptop = net.add("laptop", { peers: [toHome], routeTo: "home", skewSeconds: -DAY });
  const home = net.add("home", { peers: [peerOf("laptop", { link: "wan" })], timeBounds });
  net.connect(laptop, { key: toHome.id }, home, { key: identityOf("laptop").id });
  net.run(5000);
  expect(isUp(laptop, "home")).toBe(false);
  expect(home.node.knocks.problemOf("laptop", net.now)).toMatch(/8640\d s behind/);
});
