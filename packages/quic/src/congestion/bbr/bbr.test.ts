import { describe, expect, test } from "vitest";
import { type PathPlan, PathSimulation } from "../../path-lab/path-simulation.testing.ts";
import { Flight } from "../in-flight-fields.testing.ts";
import { Bbr } from "./bbr.ts";

const PACKET = 1200;
const options = { datagramOctets: PACKET, random: (): number => 0.5 };

/** 20 Mbit/s, 40 ms, 80 ms of buffer. */
const plan: PathPlan = {
  forward: { mbitPerSecond: 20, delayMs: 20, bufferOctets: 200_000 },
  flows: [{ controller: "bbr" }],
  durationMs: 10_000,
};
const RATE = 20 * 125;
const BDP = RATE * 40;

describe("BBR", () => {
  test("finds the rate of a path in startup, drains its queue and cruises at it", () => {
    const phases = new Set<string>();
    const simulation = new PathSimulation({ ...plan, durationMs: 4500 });
    simulation.run(() => phases.add(simulation.controller(0).phase));
    expect([...phases]).toEqual(["startup", "drain", "cruise", "refill", "up", "down"]);
    expect(simulation.controller(0).pacingRate / RATE).toBeGreaterThan(0.85);
    expect(simulation.controller(0).pacingRate / RATE).toBeLessThan(1.05);
  });

  test("looks for the least round trip every five seconds, with half a path's volume in flight", () => {
    const simulation = new PathSimulation(plan);
    let least = Infinity;
    let probedAt = 0;
    simulation.run(() => {
      if (simulation.controller(0).phase !== "probe-rtt") return;
      probedAt ||= simulation.now;
      least = Math.min(least, simulation.inFlight(0));
    });
    expect(probedAt).toBeGreaterThan(5000);
    expect(least / BDP).toBeLessThan(0.6);
  });

  test("the round trip of a handshake, whose path may be shorter, only guesses the first rate", () => {
    const bbr = new Bbr(options);
    bbr.handleHandshakeRoundTrip(5);
    const flight = new Flight(bbr, PACKET);
    for (let now = 0, round = 0; round < 12; round += 1, now += 41) {
      const slots = flight.send(Math.floor((bbr.windowOctets - flight.inFlight) / PACKET), now);
      flight.acknowledge(slots, now + 40);
    }
    // With a least round trip of 5 ms the window would be twice what is delivered in those.
    const rate = flight.inFlight === 0 ? bbr.windowOctets / 40 : 0;
    expect(bbr.windowOctets).toBeGreaterThan(2 * rate * 5);
    expect(bbr.windowOctets).toBeGreaterThan(14_720 * 10);
  });

  test("is back at its rate after an outage, with no more in flight than before", () => {
    const simulation = new PathSimulation({ ...plan, durationMs: 30_000, outageMs: [5000, 12_000] });
    let most = 0;
    let before = 0;
    simulation.run(() => {
      if (simulation.now > 12_000) most = Math.max(most, simulation.inFlight(0));
      if (simulation.now < 20_000) before = simulation.delivered(0);
    });
    expect(most / BDP).toBeLessThan(3);
    expect((simulation.delivered(0) - before) / 10_000 / RATE).toBeGreaterThan(0.85);
  });

  test("its first window takes at least two of the largest datagrams", () => {
    expect(new Bbr({ ...options, datagramOctets: 15_000 }).windowOctets).toBeGreaterThanOrEqual(30_000);
    const bbr = new Bbr(options);
    bbr.setDatagramOctets(15_000);
    expect(bbr.windowOctets).toBeGreaterThanOrEqual(30_000);
  });

  test("a flow that has little to send keeps what it knows of the path", () => {
    const flows = [{ controller: "bbr" as const, octetsEvery10Ms: RATE }];
    const simulation = new PathSimulation({ ...plan, flows, durationMs: 20_000 });
    const { forward, queueMs } = simulation.run();
    expect(simulation.delivered(0) / 20_000 / (RATE / 10)).toBeGreaterThan(0.99);
    expect(queueMs.mean).toBeLessThan(1);
    expect(forward.dropped).toBe(0);
  });

  test("goes back to startup when the losses that ended it were none", () => {
    const bbr = new Bbr(options);
    const flight = new Flight(bbr, PACKET);
    let now = 0;
    for (let round = 0; round < 4; round += 1, now += 40) {
      flight.acknowledge(flight.send(Math.floor((bbr.windowOctets - flight.inFlight) / PACKET), now), now + 39);
    }
    const slots = flight.send(100, now);
    const window = bbr.windowOctets;
    const lost = slots.slice(0, 60);
    for (const slot of lost) flight.lose([slot], now + 45);
    flight.acknowledge(slots.slice(60), now + 45);
    flight.acknowledge(flight.send(1, now + 46), now + 90);
    expect(bbr.phase).not.toBe("startup");
    bbr.handleSpuriousLoss(60 * PACKET, now + 91);
    expect(bbr.phase).toBe("startup");
    expect(bbr.windowOctets).toBeGreaterThanOrEqual(window);
  });

  test("takes congestion marks for a bound of what is in flight", () => {
    const forward = { ...plan.forward, markAboveMs: 10 };
    const marked = new PathSimulation({ ...plan, forward }).run();
    const unmarked = new PathSimulation(plan).run();
    expect(marked.queueMs.mean).toBeLessThan(unmarked.queueMs.mean);
    expect(marked.flows[0]!.mbitPerSecond / 20).toBeGreaterThan(0.8);
  });

  test("forgets the old path's rate when packets take another one", () => {
    const bbr = new Bbr(options);
    const flight = new Flight(bbr, PACKET);
    for (let now = 0; now < 400; now += 40) {
      flight.acknowledge(flight.send(Math.floor((bbr.windowOctets - flight.inFlight) / PACKET), now), now + 39);
    }
    bbr.handlePathChange(400);
    expect([bbr.phase, bbr.windowOctets]).toEqual(["startup", new Bbr(options).windowOctets]);
    flight.acknowledge(flight.send(5, 500), 700);
    expect(bbr.pacingRate).toBeLessThan(500);
  });

  test("a path below a millisecond is not paced, and keeps what two event loops hold in flight", () => {
    const forward = { mbitPerSecond: 1000, delayMs: 0.1, bufferOctets: 2_000_000 };
    const simulation = new PathSimulation({ ...plan, forward, datagramOctets: 9000, durationMs: 500 });
    const { flows } = simulation.run();
    expect(simulation.controller(0).pacingRate).toBe(Infinity);
    expect(flows[0]!.mbitPerSecond / 1000).toBeGreaterThan(0.9);
    expect(simulation.inFlight(0)).toBeLessThan(125_000 * 10);
  });
});
