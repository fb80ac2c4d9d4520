import { expect, test } from "vitest";
import { MinRoundTrip } from "./min-round-trip.ts";

/** One round trip per interval. */
function runRoundTrips(roundTrip: MinRoundTrip, rttMs: number, from: number, until: number): void {
  for (let now = from; now < until; now += 50) roundTrip.update(rttMs, now);
}

test("what was measured over an outage is no round trip, and what follows is", () => {
  const roundTrip = new MinRoundTrip();
  roundTrip.handleRestart(0);
  runRoundTrips(roundTrip, 40, 40, 2000);
  // One direction was blocked for 16 s; what was sent meanwhile is acknowledged now.
  for (let late = 16_000; late > 15_000; late -= 100) roundTrip.update(late, 18_000);
  expect(roundTrip.value).toBe(40);
  expect(roundTrip.isOverOutage(17_999)).toBe(true);
  expect(roundTrip.isOverOutage(18_001)).toBe(false);
  runRoundTrips(roundTrip, 45, 18_060, 30_000);
  expect(roundTrip.value).toBe(45);
});

test("a path that became longer for good is believed after the filter's ten seconds", () => {
  const roundTrip = new MinRoundTrip();
  roundTrip.handleRestart(0);
  runRoundTrips(roundTrip, 40, 40, 2000);
  roundTrip.update(1500, 3500);
  runRoundTrips(roundTrip, 1500, 5000, 9000);
  expect(roundTrip.value).toBe(40);
  runRoundTrips(roundTrip, 1500, 9000, 16_000);
  expect(roundTrip.value).toBe(1500);
});

test("a probe is due after five seconds without a round trip as short", () => {
  const roundTrip = new MinRoundTrip();
  roundTrip.handleRestart(0);
  expect(roundTrip.isProbeDue).toBe(false);
  runRoundTrips(roundTrip, 40, 40, 60);
  roundTrip.update(50, 5000);
  expect(roundTrip.isProbeDue).toBe(false);
  roundTrip.update(50, 5100);
  expect(roundTrip.isProbeDue).toBe(true);
  roundTrip.handleProbed(5300);
  roundTrip.update(50, 5400);
  expect(roundTrip.isProbeDue).toBe(false);
});
