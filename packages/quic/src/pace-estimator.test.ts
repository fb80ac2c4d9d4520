import { describe, expect, it } from "vitest";
import { PaceEstimator, type PaceSample } from "./pace-estimator.ts";

interface Bottleneck {
  readonly octetsPerMs: number;
  readonly bufferMs: number;
  readonly rttMs: number;
  readonly windowOctets?: number;
  /** Chance that the path loses a packet, whatever the load. */
  readonly loss?: number;
}

/** Drives an estimator over a fluid model of a bottleneck in virtual time; what it sends always meets a full application. */
function drive(path: Bottleneck, durationMs: number): { utilization: number; lost: number; queuesMs: number[] } {
  const estimator = new PaceEstimator();
  const totals = { sent: 0, lost: 0, delivered: 0, settledDelivered: 0 };
  const queuesMs: number[] = [];
  // What the sender sees is one round trip old.
  const pending: PaceSample[] = [];
  let queueOctets = 0;
  let pace = 0;
  for (let now = 0; now < durationMs; now += 1) {
    const sent = pace;
    queueOctets += sent * (1 - (path.loss ?? 0));
    const delivered = Math.min(queueOctets, path.octetsPerMs);
    queueOctets -= delivered;
    const overflow = Math.max(queueOctets - path.bufferMs * path.octetsPerMs, 0);
    queueOctets -= overflow;
    totals.sent += sent;
    totals.lost += overflow + sent * (path.loss ?? 0);
    totals.delivered += delivered;
    if (now >= durationMs / 2) totals.settledDelivered += delivered;
    const queueMs = queueOctets / path.octetsPerMs;
    queuesMs.push(queueMs);
    pending.push({
      rttMs: Math.floor(path.rttMs + queueMs),
      congestionWindowOctets: path.windowOctets ?? 1e9,
      deliveryRateOctetsPerSecond: delivered * 1000,
      sentPackets: totals.sent / 1400,
      lostPackets: totals.lost / 1400,
    });
    const seen = pending.length > path.rttMs ? pending.shift() : pending[0];
    if (seen !== undefined) pace = estimator.update({ ...seen, rttMs: Math.max(seen.rttMs, 1) }, true, now);
  }
  return {
    utilization: totals.settledDelivered / (path.octetsPerMs * (durationMs / 2)),
    lost: totals.lost / totals.sent,
    queuesMs,
  };
}

describe("pace estimator", () => {
  it.each([
    { octetsPerMs: 2500, bufferMs: 50, rttMs: 40 },
    { octetsPerMs: 2500, bufferMs: 50, rttMs: 10 },
    { octetsPerMs: 2500, bufferMs: 50, rttMs: 100 },
    { octetsPerMs: 12_500, bufferMs: 20, rttMs: 40 },
    { octetsPerMs: 125_000, bufferMs: 50, rttMs: 40 },
  ])("fills a bottleneck of $octetsPerMs octets/ms, $bufferMs ms deep and $rttMs ms away, and loses little", (path) => {
    const { utilization, lost } = drive(path, 10_000);
    expect(utilization).toBeGreaterThan(0.9);
    expect(lost).toBeLessThan(0.03);
  });

  it("keeps the standing queue short", () => {
    const { queuesMs } = drive({ octetsPerMs: 2500, bufferMs: 500, rttMs: 40 }, 10_000);
    const settled = queuesMs.slice(5000);
    expect(settled.reduce((sum, queue) => sum + queue, 0) / settled.length).toBeLessThan(25);
  });

  it("is not slowed by losses that no queue explains", () => {
    const { utilization } = drive({ octetsPerMs: 25_000, bufferMs: 50, rttMs: 40, loss: 0.01 }, 10_000);
    expect(utilization).toBeGreaterThan(0.9);
  });

  it("still finds the rate when the round trips grow for a reason that is no queue", () => {
    const estimator = new PaceEstimator();
    const paces: number[] = [];
    for (let now = 0; now < 5000; now += 1) {
      // Busy machines answer later; what was sent is delivered all the same.
      const rttMs = now < 50 ? 40 : 90;
      const deliveryRateOctetsPerSecond = (paces[now - rttMs] ?? 0) * 1000;
      const sample = { rttMs, deliveryRateOctetsPerSecond, sentPackets: now * 10, lostPackets: 0 };
      paces.push(estimator.update({ ...sample, congestionWindowOctets: 1e9 }, true, now));
    }
    expect(paces.at(-1)).toBeGreaterThan(100 * paces[0]!);
  });

  it("never outruns the window by more than a quarter", () => {
    const estimator = new PaceEstimator();
    const sample = { rttMs: 40, deliveryRateOctetsPerSecond: 1e9, sentPackets: 1, lostPackets: 0 };
    for (let now = 0; now < 1000; now += 5) {
      const pace = estimator.update({ ...sample, congestionWindowOctets: 100_000 }, true, now);
      expect(pace).toBeLessThanOrEqual((1.25 * 100_000) / 40);
    }
  });

  it("forgets nothing while the application is idle", () => {
    const estimator = new PaceEstimator();
    const busy = { rttMs: 40, congestionWindowOctets: 1e9, sentPackets: 1, lostPackets: 0 };
    let now = 0;
    for (; now < 2000; now += 5) estimator.update({ ...busy, deliveryRateOctetsPerSecond: 2_500_000 }, true, now);
    for (; now < 60_000; now += 5) estimator.update({ ...busy, deliveryRateOctetsPerSecond: 1000 }, false, now);
    expect(estimator.update({ ...busy, deliveryRateOctetsPerSecond: 1000 }, false, now)).toBeGreaterThan(1800);
  });
});
