import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
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

  const ping = async (...args: string[]): Promise<{ received: number; duplicates: number; shortestMs: number }> => {
    const text = await left.run("sh", "-c", `ping -q -i 0.002 ${args.join(" ")} || true`);
    return {
      received: Number(/(\d+) received/.exec(text)?.[1]),
      duplicates: Number(/\+(\d+) duplicates/.exec(text)?.[1] ?? 0),
      shortestMs: Number(/= ([\d.]+)\//.exec(text)?.[1]),
    };
  };

  test.each(["10.77.0.2", "fd77::2"])("passes everything to %s while nothing is wrong", async (address) => {
    expect((await ping("-c 200", address)).received).toBe(200);
  });

  test("delays each way by what it was told", async () => {
    await box.change({ delayMs: 20 });
    const { received, shortestMs } = await ping("-c 100", "10.77.0.2");
    expect(received).toBe(100);
    expect(shortestMs).toBeGreaterThanOrEqual(40);
    expect(shortestMs).toBeLessThan(80);
  });

  test("loses its share, in the direction it was told", async () => {
    await box.changeToRight({ loss: 0.2 });
    const before = await box.counts();
    const { received } = await ping("-c 1000 -W 5", "10.77.0.2");
    const after = await box.counts();
    const lost = after.toRight.lost - before.toRight.lost;
    expect(received + lost, "a loss that was not counted").toBeGreaterThanOrEqual(1000);
    expect(received + lost, "more losses than IPv6's own packets").toBeLessThan(1000 + STRAY_PACKETS);
    expect(lost).toBeGreaterThan(150);
    expect(lost).toBeLessThan(250);
    expect(after.toLeft.lost).toBe(before.toLeft.lost);
  });

  test("duplicates its share", async () => {
    await box.changeToLeft({ duplicate: 0.5 });
    const { duplicates } = await ping("-c 400", "10.77.0.2");
    expect(duplicates).toBeGreaterThan(150);
    expect(duplicates).toBeLessThan(250);
  });

  test("swallows what is longer than its MTU, and nobody is told", async () => {
    await box.change({ mtuOctets: 1280 });
    expect((await ping("-M do -s 1252 -c 20", "10.77.0.2")).received).toBe(20);
    expect((await ping("-M do -s 1253 -c 20 -W 1", "10.77.0.2")).received).toBe(0);
  });

  test("cuts the path and heals it while packets flow", async () => {
    await box.change({ loss: 1 });
    expect((await ping("-c 20 -W 1", "fd77::2")).received).toBe(0);
    await box.change({});
    expect((await ping("-c 20", "fd77::2")).received).toBe(20);
  });

  const throughput = async (): Promise<number> => {
    await using server = right.start("iperf3", ["-s", "-1", "-B", "10.77.0.2", "--forceflush"]);
    await server.waitForOutput(/listening/);
    const report = JSON.parse(await left.run("iperf3", "-c", "10.77.0.2", "-t", "2", "-O", "1", "-J")) as {
      end: { sum_received: { bits_per_second: number } };
    };
    return report.end.sum_received.bits_per_second / 1e6;
  };

  test("lets its rate through, in Mbit/s", async () => {
    await box.change({ rateBitsPerSecond: 20_000_000, queueMs: 50 });
    const measured = await throughput();
    expect(measured).toBeGreaterThan(5);
    expect(measured).toBeLessThan(22);
  });

  test("is fast enough not to be what is measured", async () => {
    expect(await throughput()).toBeGreaterThan(40);
  });
});
