/** What people see of a line of three nodes, a – b – c, of which the first lists the last. */
import { flor, NodeProcess } from "@flor/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freeUdpPort } from "../../apps/flor/src/demo/free-port.ts";

const owned = new AsyncDisposableStack();
let near: NodeProcess;
let transit: NodeProcess;

beforeAll(async () => {
  const [a, b, c] = await Promise.all(["a", "b", "c"].map(async (name) => owned.use(await NodeProcess.prepare(name))));
  near = a!;
  transit = b!;
  const [bPort, cPort] = [await freeUdpPort(), await freeUdpPort()];
  const wan = (port: number): object => ({ name: "wan", kind: "udp", listen: `127.0.0.1:${port}` });
  await c!.up({
    links: [wan(cPort)],
    outbounds: [{ tcp: { allow: ["*"] } }],
    peers: [
      { name: "b", id: b!.id, link: "wan" },
      { name: "a", id: a!.id, via: ["b"] },
    ],
  });
  await b!.up({
    links: [wan(bPort)],
    peers: [
      { name: "a", id: a!.id, link: "wan" },
      { name: "c", id: c!.id, link: "wan", address: `127.0.0.1:${cPort}` },
    ],
  });
  await a!.up({
    links: [wan(0)],
    peers: [
      { name: "b", id: b!.id, link: "wan", address: `127.0.0.1:${bPort}` },
      { name: "c", id: c!.id },
    ],
    routes: [{ to: "*", through: "c" }],
  });
  await a!.waitForPeer("c");
});

afterAll(async () => {
  await owned.disposeAsync();
});

const ask = (...args: string[]): ReturnType<typeof flor> => flor([...args, "--node", "a"], near);

test("ping, trace, paths and topology show the way to a peer beyond another", async () => {
  const ping = await ask("ping", "c", "-c", "2", "-i", "0.1", "-s", "1000");
  expect(ping).toMatchObject({ exitCode: 0, stderr: "" });
  expect(ping.stdout).toMatch(
    /c: 1 {2}[\d.]+ ms {2}by b → c\nc: 2 .*\nc: 2 sent, 2 came back, 0 % lost\nround trip: least/,
  );
  const trace = await ask("trace", "c");
  expect(trace.stdout).toMatch(
    /^c: 2 hops, cost \d+, \d+ octets cross, \d+ unsegmented\nHOP .*\n1 +b +\d+ .*\n2 +c +\d+ /,
  );
  const paths = await ask("paths", "c");
  expect(paths.stdout).toMatch(/c: b → c\n {2}in use {3}cost (\d+) \+ (\d+) = \d+\n {2}why {6}the only one/);
  const topology = await ask("topology");
  expect(topology.stdout).toMatch(/^a +this node\n└─ b +cost .*\n {3}└─ c +cost /);
  expect((await ask("topology", "--dot")).stdout).toMatch(/^graph flor \{\n[^]*"a"[^]* -- [^]*\}$/);
});

test("doctor is content with it, and says what is wrong once the node between is gone", async () => {
  const content = await ask("doctor", "c");
  expect(content.stdout).toMatch(/good +peer c +a flow was asked for and answered/);
  expect([content.exitCode, content.stdout.includes("wrong")]).toEqual([0, false]);
  await transit[Symbol.asyncDispose]();
  await near.waitFor(({ peers }) => peers.every(({ state }) => state !== "up"), "peers that are not up");
  expect((await ask("ping", "c", "-c", "1", "-W", "0.5")).exitCode).toBeGreaterThan(0);
  const after = await ask("doctor");
  expect([after.exitCode, after.stdout]).toEqual([1, expect.stringMatching(/wrong +peer b +does not answer/)]);
});
