import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Firewall } from "../firewall.ts";
import { Namespace } from "../namespace.ts";
import { requireTools } from "../required-tools.ts";
import { ImpairmentBox } from "./impairment-box.ts";

/** Packets of the kernel's own that may be lost beside a test's: router solicitations, multicast reports. */
const STRAY_PACKETS = 20;

describe("the impairment box", () => {
  let left: Namespace;
  let right: Namespace;
  let box: ImpairmentBox;

  beforeAll(async () => {
    requireTools(["ping", "iperf3"]);
    left = await Namespace.create("left");
    right = await Namespace.create("right");
    box = await ImpairmentBox.between(
      { namespace: left, addresses: ["10.77.0.1/24", "fd77::1/64"] },
      { namespace: right, addresses: ["10.77.0.2/24", "fd77::2/64"] },
    );
  });
  beforeEach(async () => {
    await box.change({});
  });
  afterAll(async () => {
    await box?.[Symbol.asyncDispose]();
    await left?.[Symbol.asyncDispose]();
    await right?.[Symbol.asyncDispose]();
  });

  const ping = async (...args: string[]): Promise<{ received: number; shortestMs: number }> => {
    const text = await left.run("sh", "-c", `ping -q -i 0.002 ${args.join(" ")} || true`);
    return {
      received: Number(/(\d+) received/.exec(text)?.[1]),
      shortestMs: Number(/= ([\d.]+)\//.exec(text)?.[1]),
    };
  };

  /**
   * Packets of one type of ICMP that came into a namespace, such as `icmp type echo-reply`: its kernel counts what a
   * starved ping has no room for, and what comes after a ping ended, which waits for twice the longest round trip.
   */
  async function arrivals(namespace: Namespace, type: string): Promise<() => Promise<number>> {
    await new Firewall(namespace).add(`${type} counter`);
    return async () => {
      const chain = await namespace.run("nft", "list", "chain", "inet", "flor_test", "input");
      return Number(/counter packets (\d+)/.exec(chain)?.[1]);
    };
  }

  test.each([
    ["10.77.0.2", "icmp"],
    ["fd77::2", "icmpv6"],
  ])("passes everything to %s while nothing is wrong", async (address, protocol) => {
    const arrived = await arrivals(left, `${protocol} type echo-reply`);
    await ping("-c 100", address);
    await expect.poll(arrived).toBe(100);
  });

  test("delays each way by what it was told", async () => {
    await box.change({ delayMs: 20 });
    const { received, shortestMs } = await ping("-c 100", "10.77.0.2");
    expect(received).toBe(100);
    expect(shortestMs).toBeGreaterThanOrEqual(40);
  });

  test("loses its share, in the direction it was told", async () => {
    await box.changeToRight({ loss: 0.2 });
    const arrived = await arrivals(right, "icmp type echo-request");
    const before = await box.counts();
    await ping("-c 1000 -W 1", "10.77.0.2");
    const lost = async (): Promise<number> => (await box.counts()).toRight.lost - before.toRight.lost;
    const all = async (): Promise<number> => (await arrived()) + (await lost());
    await expect.poll(all, { message: "a loss that was not counted" }).toBeGreaterThanOrEqual(1000);
    expect(await all(), "more losses than IPv6's own packets").toBeLessThan(1000 + STRAY_PACKETS);
    expect(await lost()).toBeGreaterThan(130);
    expect(await lost()).toBeLessThan(270);
    expect((await box.counts()).toLeft.lost).toBe(before.toLeft.lost);
  });

  test("duplicates its share", async () => {
    await box.changeToLeft({ duplicate: 0.5 });
    const arrived = await arrivals(left, "icmp type echo-reply");
    await ping("-c 400", "10.77.0.2");
    await expect.poll(arrived).toBeGreaterThan(400 + 140);
    expect(await arrived()).toBeLessThan(400 + 260);
  });

  test("swallows what is longer than its MTU, and nobody is told", async () => {
    await box.change({ mtuOctets: 1280 });
    const arrived = await arrivals(left, "icmp type echo-reply");
    await ping("-M do -s 1252 -c 20", "10.77.0.2");
    await expect.poll(arrived).toBe(20);
    expect((await ping("-M do -s 1253 -c 20 -W 1", "10.77.0.2")).received).toBe(0);
  });

  test("cuts the path and heals it while packets flow", async () => {
    await box.change({ loss: 1 });
    expect((await ping("-c 20 -W 1", "fd77::2")).received).toBe(0);
    await box.change({});
    const arrived = await arrivals(left, "icmpv6 type echo-reply");
    await ping("-c 20", "fd77::2");
    await expect.poll(arrived).toBe(20);
  });

  test("lets no more through than its rate", async () => {
    await box.change({ rateBitsPerSecond: 20_000_000, queueMs: 50 });
    await using server = right.start("iperf3", ["-s", "-1", "-B", "10.77.0.2", "--forceflush"]);
    await server.waitForOutput(/listening/);
    const startedAt = performance.now();
    // With a small buffer: iperf3 is done when all is in it.
    await left.run("iperf3", "-c", "10.77.0.2", "-n", "2500000", "-w", "64K");
    // Two and a half megabytes at 20 Mbit/s, less what is in the buffer.
    expect(performance.now() - startedAt).toBeGreaterThan(850);
  });
});
