import { Firewall, flor } from "@flor/testkit";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LINKS, ParallelLinks, SOCKS_PORT } from "./parallel-links.ts";
import { SteadySource } from "./steady-source.ts";
import { WatchedFlow } from "./watched-flow.ts";

const [CABLE, SPARE] = LINKS;

describe("two links to one peer", () => {
  let network: ParallelLinks;
  let source: SteadySource;

  beforeAll(async () => {
    network = await ParallelLinks.open();
    source = await SteadySource.open(network.machines.far, network.target);
  });
  afterAll(async () => {
    await source?.[Symbol.asyncDispose]();
    await network?.[Symbol.asyncDispose]();
  });

  const startFlow = async (): Promise<WatchedFlow> => {
    const flow = new WatchedFlow(network.machines.near, source, SOCKS_PORT);
    await flow.goesOn();
    return flow;
  };

  /** Waits until both nodes send over this link. */
  async function waitForLink(link: string): Promise<void> {
    for (const node of [network.near, network.far]) {
      await node.waitFor(
        ({ peers }) => peers[0]?.adjacencies.some((one) => one.link === link && one.best && one.alive),
        `flows go over ${link}`,
      );
    }
  }

  /** Of what came while a flow went on for a second, the share that the spare link carried. */
  async function shareOfSpare(flow: WatchedFlow): Promise<number> {
    const received = (): Promise<readonly number[]> =>
      network.near.waitFor(({ links }) => links.map(({ counters }) => counters["received-octets"] ?? 0), "counters");
    const before = await received();
    await flow.goesOn();
    const [cable = 0, spare = 0] = (await received()).map((octets, link) => octets - before[link]!);
    return spare / (cable + spare);
  }

  test("the preferred one carries, on both sides, and the other stands by", async () => {
    await waitForLink(CABLE);
    await using flow = await startFlow();
    // Where the machine stood still, flows were on the other link for a while.
    await expect.poll(() => shareOfSpare(flow)).toBeLessThan(0.1);
    expect(flow.isWhole()).toBe(true);
  });

  test("when it falls silent the other carries, and it returns when it has been alive for a while", async () => {
    await waitForLink(CABLE);
    await using flow = await startFlow();
    const firewall = new Firewall(network.machines.near);
    await firewall.add("ip saddr 10.73.0.0/24 drop", "ip daddr 10.73.0.0/24 drop");
    await waitForLink(SPARE);
    await flow.goesOn();
    await firewall.clear();
    await waitForLink(CABLE);
    await flow.goesOn();
    expect(flow.isWhole()).toBe(true);
  });

  test.each(["near", "far"] as const)("when the process of the %s one is killed flows go on", async (side) => {
    await waitForLink(CABLE);
    await using flow = await startFlow();
    process.kill(await network.linkPid(network[side], CABLE), "SIGKILL");
    await flow.goesOn();
    expect(flow.isWhole()).toBe(true);
    expect(await failedFlows()).toEqual({});
  });

  test("its program is replaced and restarted while flows go on", async () => {
    await waitForLink(CABLE);
    await using flow = await startFlow();
    network.replaceProgram("second edition");
    expect((await flor(["link", "restart", CABLE], network.near)).exitCode).toBe(0);
    await expect.poll(shown).toMatch(/state +ready/);
    await expect.poll(shown).toContain("second edition");
    await flow.goesOn();
    expect(flow.isWhole()).toBe(true);
    await network.near.waitFor(({ links }) => links[0]!.restarts > 0, "its restart is counted");
  });

  test("a drained one carries nothing more, and stays stopped until it is restarted", async () => {
    await waitForLink(CABLE);
    await using flow = await startFlow();
    const drained = await flor(["link", "drain", CABLE], network.near);
    expect(drained.stdout).toMatch(/state +stopped/);
    await waitForLink(SPARE);
    await flow.goesOn();
    expect(flow.isWhole()).toBe(true);
    expect((await flor(["status"], network.near)).stdout).toContain(
      `start it: npm run -s flor -- link restart ${CABLE}`,
    );
    expect((await flor(["link", "restart", CABLE], network.near)).exitCode).toBe(0);
    await expect.poll(shown).toMatch(/state +ready/);
    await waitForLink(CABLE);
  });

  const failedFlows = (): Promise<object> => network.near.waitFor(({ flows }) => flows.failed, "its flows");
  const shown = async (): Promise<string> => (await flor(["link", "show", CABLE], network.near)).stdout;

  test("a link that is not there is told from those that are", async () => {
    const asked = await flor(["link", "show", "pigeon"], network.near);
    expect(asked.exitCode).toBe(1);
    expect(asked.stderr).toContain(`this node has no link "pigeon"; it has ${LINKS.join(", ")}`);
  });
});
