/** What the seeing commands say of a line of three nodes, a – b – c. */
import { Cause } from "@flor/wire";
import { expect, test } from "vitest";
import { peerOf } from "../packages/node/src/memory-network.testing.ts";
import { type StagedCable, StagedNetwork } from "../packages/node/src/staged-network.testing.ts";
import { Seeing } from "../packages/runtime/src/seeing/seeing.ts";

const SETTLED_MS = 5000;
const ECHO = { run: "0123456789abcdef", sequence: 1 };
const ROUTE = { to: "*.example:443", through: ["c"] };

interface Line {
  readonly network: StagedNetwork;
  readonly seeing: Seeing;
  /** Between b and c. */
  readonly cable: StagedCable;
}

function line(): Line {
  const network = new StagedNetwork();
  const a = network.add("a", { peers: [peerOf("b", { link: "wan", address: "b" }), peerOf("c")], routeTo: "c" });
  const b = network.add("b", {
    peers: [peerOf("a", { link: "left" }), peerOf("c", { link: "wan", address: "c" })],
    links: ["wan", "left"],
  });
  const c = network.add("c", {
    peers: [peerOf("b", { link: "left" }), peerOf("a")],
    links: ["wan", "left"],
    dial: (_, outcome) => outcome.failed(Cause.CONNECTION_REFUSED, "nobody listens"),
  });
  network.connect(a, {}, b, {}, "left");
  const cable = network.connect(b, {}, c, {}, "left");
  network.run(SETTLED_MS);
  const host = { now: () => network.now, wake: () => (a.isWoken = true), routeFor: () => ROUTE };
  return { network, seeing: new Seeing(a.node, host), cable };
}

/** What a promise comes to while the network's time passes. */
async function come<T>({ network }: Line, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  promise.then(settle, settle);
  const look = (): boolean => {
    network.run(20);
    return isSettled;
  };
  await expect.poll(look, { interval: 1, timeout: 60_000 }).toBe(true);
  return promise;
}

test("a trace of a destination says by which route it goes, and what became of a flow", async () => {
  const staged = line();
  const report = await come(staged, staged.seeing.trace("nas.example:443"));
  expect(report.peer).toBe("c");
  expect(report.hops.map(({ name }) => name)).toEqual(["b", "c"]);
  expect(report.destination).toMatchObject({
    text: "nas.example:443",
    route: ROUTE,
    flow: { peer: "c", cause: "connection-refused" },
  });
});

test("that there is no path is what becomes of an echo, and a trace says which route would have led there", async () => {
  const staged = line();
  staged.cable.isOpenThere = false;
  staged.cable.isOpenBack = false;
  staged.network.run(SETTLED_MS);
  expect(await staged.seeing.echo({ ...ECHO, to: "c" })).toEqual({
    outcome: { problem: "no path to it now" },
    path: [],
  });
  await expect(come(staged, staged.seeing.trace("nas.example:443"))).rejects.toThrow(
    "the route to *.example:443 sends nas.example:443 through c, and there is no path to c now: flor doctor c says why",
  );
  await expect(staged.seeing.trace("c")).rejects.toThrow(/^there is no path to c now/);
});

test.each([
  ["zz", 'this node does not know "zz"; its peers are b, c'],
  ["a", "a is this node itself: name one of its peers"],
  ["2001:db8::7:443", "2001:db8::7:443 is not host:port; an IPv6 address stands in brackets"],
  ["nas.example:99999", "nas.example:99999 is not host:port"],
])("a trace to %s is refused as a wrong name", async (to, text) => {
  const { seeing } = line();
  await expect(seeing.trace(to)).rejects.toMatchObject({
    code: "unknown-name",
    message: expect.stringContaining(text),
  });
});

test("an echo over nodes that are not adjacent is refused, and says so", async () => {
  const { seeing } = line();
  const text = "there is no path by c → b: each must be adjacent to the next";
  await expect(seeing.echo({ ...ECHO, to: "b", path: ["c"] })).rejects.toThrow(text);
});
