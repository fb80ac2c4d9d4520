import { describe, expect, test } from "vitest";
import type { CongestionController } from "./congestion-controller.ts";
import { cubic } from "./cubic.ts";
import { Flight } from "./in-flight-fields.testing.ts";
import { newReno } from "./new-reno.ts";
import { PathSimulation } from "../path-lab/path-simulation.testing.ts";

const PACKET = 1200;
const RTT_MS = 50;
const options = { datagramOctets: PACKET, random: (): number => 0.5 };

const controllers = [
  { name: "NewReno", make: newReno, reduction: 0.5 },
  { name: "CUBIC", make: cubic, reduction: 0.7 },
] as const;

/** Fills the window and has all of it acknowledged, a round trip at a time. */
function runRounds(controller: CongestionController, flight: Flight, rounds: number, from: number): number {
  let now = from;
  for (let round = 0; round < rounds; round += 1) {
    const slots = flight.send(Math.floor((controller.windowOctets - flight.inFlight) / PACKET), now);
    now += RTT_MS;
    flight.acknowledge(slots, now);
  }
  return now;
}

describe.each(controllers)("$name", ({ make, reduction }) => {
  test("doubles its window each round trip of slow start", () => {
    const controller = make(options);
    const before = controller.windowOctets;
    runRounds(controller, new Flight(controller, PACKET), 3, 0);
    expect(controller.windowOctets / before).toBeGreaterThan(7);
    expect(controller.phase).toBe("slow-start");
  });

  test("does not grow a window that is not used", () => {
    const controller = make(options);
    const flight = new Flight(controller, PACKET);
    const before = controller.windowOctets;
    for (let now = 0; now < 1000; now += RTT_MS) flight.acknowledge(flight.send(1, now), now + RTT_MS);
    expect(controller.windowOctets).toBe(before);
  });

  test("takes its window back once for the losses of one round trip", () => {
    const controller = make(options);
    const flight = new Flight(controller, PACKET);
    const now = runRounds(controller, flight, 4, 0);
    const before = controller.windowOctets;
    const slots = flight.send(40, now + 1);
    flight.lose(slots.slice(0, 2), now + 60);
    flight.lose(slots.slice(2, 3), now + 61);
    expect(controller.windowOctets / before).toBeCloseTo(reduction, 2);
    expect(controller.phase).toBe("avoidance");
  });

  test("has its window back when none of the losses was one", () => {
    const controller = make(options);
    const flight = new Flight(controller, PACKET);
    const now = runRounds(controller, flight, 4, 0);
    const before = controller.windowOctets;
    flight.lose(flight.send(3, now + 1), now + 60);
    controller.handleSpuriousLoss(2 * PACKET, now + 61);
    expect(controller.windowOctets).toBeLessThan(before);
    controller.handleSpuriousLoss(PACKET, now + 62);
    expect(controller.windowOctets).toBe(before);
    expect(controller.phase).toBe("slow-start");
  });

  test("falls to the least window on persistent congestion, which still takes two of the largest datagrams", () => {
    const controller = make(options);
    const flight = new Flight(controller, PACKET);
    const now = runRounds(controller, flight, 4, 0);
    flight.lose(flight.send(20, now + 1), now + 5000, true);
    expect(controller.windowOctets).toBe(4 * PACKET);
    controller.setDatagramOctets(15_000);
    expect(controller.windowOctets).toBe(30_000);
  });

  test("takes a mark for a loss, once a round trip", () => {
    const controller = make(options);
    const flight = new Flight(controller, PACKET);
    const now = runRounds(controller, flight, 4, 0);
    const before = controller.windowOctets;
    controller.handleCongestionExperienced(1, now + 1, now + 50);
    controller.handleCongestionExperienced(1, now + 2, now + 51);
    expect(controller.windowOctets / before).toBeCloseTo(reduction, 2);
  });

  test("grows again after a loss, and begins again on another path", () => {
    const controller = make(options);
    const flight = new Flight(controller, PACKET);
    let now = runRounds(controller, flight, 4, 0);
    flight.lose(flight.send(1, now + 1), now + 60);
    const after = controller.windowOctets;
    now = runRounds(controller, flight, 10, now + 61);
    expect(controller.windowOctets).toBeGreaterThan(after + 3 * PACKET);
    controller.handlePathChange(now);
    expect(controller.windowOctets).toBe(make(options).windowOctets);
    expect(controller.phase).toBe("slow-start");
  });
});

test("CUBIC leaves slow start when round trips grow, before anything is lost", () => {
  const simulation = new PathSimulation({
    forward: { mbitPerSecond: 20, delayMs: 20, bufferOctets: 1_000_000 },
    flows: [{ controller: "cubic" }],
    durationMs: 3000,
  });
  expect(simulation.run().forward.dropped).toBe(0);
  expect(simulation.controller(0).phase).toBe("avoidance");
});

test("CUBIC is back at the window before a loss after the time that RFC 9438 gives", () => {
  const controller = cubic(options);
  const flight = new Flight(controller, PACKET);
  let now = runRounds(controller, flight, 5, 0);
  const before = controller.windowOctets;
  flight.lose(flight.send(1, now + 1), now + 60);
  const seconds = Math.cbrt(((before / PACKET) * 0.3) / 0.4);
  now = runRounds(controller, flight, Math.ceil((1000 * seconds) / RTT_MS), now + 61);
  expect(controller.windowOctets / before).toBeGreaterThan(0.97);
  expect(controller.windowOctets / before).toBeLessThan(1.2);
});
