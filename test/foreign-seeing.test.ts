/** What the seeing commands say of hosts of other networks. */
import { expect, test } from "vitest";
import { openFlow, stage } from "../packages/node/src/areas/areas-stage.testing.ts";
import { Seeing } from "../packages/runtime/src/seeing/seeing.ts";

type Staged = ReturnType<typeof stage>;

function seeingAt({ network, nodes: { a } }: Staged): Seeing {
  return new Seeing(a.node, { now: () => network.now, wake: () => (a.isWoken = true), routeFor: () => undefined });
}

/** What a promise comes to while the network's time passes. */
async function come<T>({ network }: Staged, promise: Promise<T>): Promise<T> {
  let isSettled = false;
  const settle = (): void => void (isSettled = true);
  promise.then(settle, settle);
  await expect
    .poll(() => {
      network.run(20);
      return isSettled;
    })
    .toBe(true);
  return promise;
}

const ECHO = { run: "0123456789abcdef", sequence: 1 };

test("paths to a host of another network are those to its gateway, with its name and its lease", async () => {
  const staged = stage();
  openFlow(staged);
  const seeing = seeingAt(staged);
  const [seen] = await seeing.paths("bob.work");
  expect(seen).toMatchObject({ peer: "bob.work", reason: "gateway", gateway: { name: "g", network: "work" } });
  expect(seen?.gateway?.leaseMs).toBeGreaterThan(0);
  expect(seen?.inUse?.hops.map(({ name }) => name)).toEqual(["g"]);
  const bob = staged.nodes.a.node.sessions.named("bob.work");
  expect(seen?.inUse?.payloadOctets).toBe(bob?.path?.payloadMtu);
  expect((await seeing.paths(undefined)).map(({ peer }) => peer)).toEqual(["g", "bob.work"]);
});

test("echoes end at the gateway, which is named, and a trace shows the nodes as far as that", async () => {
  const staged = stage();
  openFlow(staged);
  const seeing = seeingAt(staged);
  const text = "bob.work is of another network, work, and echoes end at the gateway: try flor ping g";
  await expect(seeing.echo({ ...ECHO, to: "bob.work" })).rejects.toThrow(text);
  await expect(seeing.echo({ ...ECHO, to: "bob.work", path: ["g"] })).rejects.toThrow(text);
  const { outcome } = await come(staged, seeing.echo({ ...ECHO, to: "g" }));
  expect(outcome).toHaveProperty("rttMs");
  const trace = await come(staged, seeing.trace("bob.work"));
  expect(trace).toMatchObject({ peer: "bob.work", beyond: { gateway: "g", network: "work" } });
  expect(trace.hops.map(({ name, problem }) => [name, problem])).toEqual([["g", undefined]]);
});

test("a host to which no way leads is known by its name, and a flow that is tried asks for one", async () => {
  const staged = stage();
  const seeing = seeingAt(staged);
  const text = "no way leads to bob.work now: flor doctor bob.work asks for one, and says why there is none";
  await expect(seeing.paths("bob.work")).rejects.toThrow(text);
  await expect(seeing.trace("bob.work")).rejects.toThrow(text);
  expect(await come(staged, seeing.tryFlow("bob.work"))).toMatchObject({ peer: "bob.work", isAnswered: true });
  expect((await seeing.paths("bob.work"))[0]?.gateway?.name).toBe("g");
  expect(() => seeing.tryFlow("carol.play")).toThrow("carol.play is not a peer of this node");
});

test("a flow that no gateway lets through is answered by nobody", async () => {
  const staged = stage("dev");
  expect(await come(staged, seeingAt(staged).tryFlow("bob.work"))).toMatchObject({
    cause: "not-allowed",
    isAnswered: false,
  });
});
