import { Firewall, flor } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LINKS, ParallelLinks, SOCKS_PORT } from "./parallel-links.ts";
import { octetsIn, SteadySource } from "./steady-source.ts";
import { WatchedFlow } from "./watched-flow.ts";

const [CABLE, SPARE] = LINKS;

describe("two links to one peer", () => {
  let network: ParallelLinks;
  let source: SteadySource;

  beforeAll(async () => {
    network = await ParallelLinks.open();
    source = await SteadySource.open(network.machines.far, network.target, 5);
  });
  afterAll(async () => {
    await source?.[Symbol.asyncDispose]();
    await network?.[Symbol.asyncDispose]();
  });

  const startFlow = (): WatchedFlow => new WatchedFlow(network.machines.near, source, SOCKS_PORT);

  async function waitForLink(link: string): Promise<void> {
    for (const node of [network.near, network.far]) {
      await node.waitFor(
        ({ peers }) => peers[0]?.adjacencies.some((one) => one.link === link && one.best && one.alive),
        `flows go over ${link}`,
        120_000,
      );
    }
  }

  test("the preferred one carries, on both sides, and the other stands by", async () => {
    await waitForLink(CABLE);
    await using flow = startFlow();
    expect((await flow.finish()).hash).toBe(source.hash);
    const links = (await network.near.status())?.links ?? [];
    const received = links.map(({ counters }) => counters["received-octets"] ?? 0);
    expect(received[0]).toBeGreaterThan(source.octets);
    expect(received[1]).toBeLessThan(source.octets / 10);
  });

  test("when it falls silent the other carries, and it returns when it has been alive for a while", async () => {
    await waitForLink(CABLE);
    await using flow = startFlow();
    await flow.waitForOctets(octetsIn(1));
    const firewall = new Firewall(network.machines.near);
    await firewall.add("ip saddr 10.73.0.0/24 drop", "ip daddr 10.73.0.0/24 drop");
    expect((await flow.finish()).hash).toBe(source.hash);
    expect(await network.carrying(network.near)).toBe(SPARE);
    await firewall.clear();
    await waitForLink(CABLE);
  });

  test.each(["near", "far"] as const)("when the process of the %s one is killed flows go on", async (side) => {
    await waitForLink(CABLE);
    await using flow = startFlow();
    await flow.waitForOctets(octetsIn(1));
    process.kill(await network.linkPid(network[side], CABLE), "SIGKILL");
    expect((await flow.finish()).hash).toBe(source.hash);
    expect((await network.near.status())?.flows.failed).toEqual({});
  });

  test("its program is replaced and restarted while flows go on", async () => {
    await waitForLink(CABLE);
    await using flow = startFlow();
    await flow.waitForOctets(octetsIn(1));
    network.replaceProgram("second edition");
    const shown = await flor(["link", "restart", CABLE], network.near);
    expect(shown.stdout).toMatch(/state +ready/);
    expect(shown.stdout).toContain("second edition");
    expect((await flow.finish()).hash).toBe(source.hash);
    expect((await network.near.status())?.links[0]?.restarts).toBeGreaterThan(0);
  });

  test("a drained one carries nothing more, and stays stopped until it is restarted", async () => {
    await waitForLink(CABLE);
    await using flow = startFlow();
    await flow.waitForOctets(octetsIn(1));
    const drained = await flor(["link", "drain", CABLE], network.near);
    expect(drained.stdout).toMatch(/state +stopped/);
    expect((await flow.finish()).hash).toBe(source.hash);
    expect(await network.carrying(network.near)).toBe(SPARE);
    expect((await flor(["status"], network.near)).stdout).toContain(
      `start it: npm run -s flor -- link restart ${CABLE}`,
    );
    expect((await flor(["link", "restart", CABLE], network.near)).stdout).toMatch(/state +ready/);
    await waitForLink(CABLE);
  });

  test("a link that is not there is told from those that are", async () => {
    const asked = await flor(["link", "show", "pigeon"], network.near);
    expect(asked.exitCode).toBe(1);
    expect(asked.stderr).toContain(`this node has no link "pigeon"; it has ${LINKS.join(", ")}`);
  });
});
