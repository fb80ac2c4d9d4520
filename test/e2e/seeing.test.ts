/** What people see of a line of three nodes, a – b – c, of which the first lists the last. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { freePort, flor, NodeProcess } from "@flor/testkit";
import { afterAll, beforeAll, expect, test } from "vitest";

const owned = new AsyncDisposableStack();
let near: NodeProcess;
let transit: NodeProcess;

beforeAll(async () => {
  const [a, b, c] = await Promise.all(["a", "b", "c"].map(async (name) => owned.use(await NodeProcess.prepare(name))));
  near = a!;
  transit = b!;
  const [bPort, cPort] = [await freePort(), await freePort()];
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

/** On a busy machine a path may be away for a moment. */
async function expectSaid(command: readonly string[], what: RegExp): Promise<void> {
  await expect.poll(async () => (await ask(...command)).stdout).toMatch(what);
}

test("ping, trace, paths and topology show the way to a peer beyond another", async () => {
  await expectSaid(
    ["ping", "c", "-c", "2", "-i", "0.1", "-s", "1000"],
    /c: 1 {2}[\d.]+ ms {2}by b → c\nc: 2 .*\nc: 2 sent, 2 came back, 0 % lost\nround trip: least/,
  );
  await expectSaid(
    ["trace", "c"],
    /^c: 2 hops, cost \d+, \d+ octets cross, \d+ unsegmented\nHOP .*\n1 +b +\d+ .*\n2 +c +\d+ /,
  );
  await expectSaid(["paths", "c"], /c: b → c\n {2}in use {3}cost (\d+) \+ (\d+) = \d+\n {2}why {6}the only one/);
  await expectSaid(["topology"], /^a +this node\n└─ b +cost .*\n {3}└─ c +cost /);
  await expectSaid(["topology", "--dot"], /^graph flor \{\n[^]*"a"[^]* -- [^]*\}$/);
});

test("a node that is told to carry nothing for others says so, and whose path ends there says why", async () => {
  const config = JSON.parse(readFileSync(join(transit.folder, "flor.yaml"), "utf8")) as object;
  const reload = async (carries: boolean): Promise<void> => {
    transit.configure({ ...config, transit: carries });
    expect(await flor(["reload"], transit)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^live +transit: /),
    });
  };
  await reload(false);
  await expectSaid(["paths", "c"], /^c: no path: b carries nothing for others/);
  await expectSaid(["topology"], /b \(no transit\) /);
  await expectSaid(
    ["doctor", "c"],
    /wrong +peer c +no path to it: every .* such as b \(transit: false there\)\n +→ transit: true/,
  );
  expect((await flor(["status"], transit)).stdout).toMatch(/^transit +refused +nothing is carried for others/m);
  await reload(true);
  await near.waitForPeer("c");
});

test("doctor is content with it, and says what is wrong once the node between is gone", async () => {
  await expectSaid(["doctor", "c"], /^(?![^]*wrong)[^]*good +peer c +a test flow was answered/);
  await transit[Symbol.asyncDispose]();
  await near.waitFor(({ peers }) => peers.every(({ state }) => state !== "up"), "peers that are not up");
  expect((await ask("ping", "c", "-c", "1", "-W", "0.5")).exitCode).toBeGreaterThan(0);
  await expectSaid(["doctor"], /wrong +peer b +does not answer/);
  expect((await ask("doctor")).exitCode).toBe(1);
});
