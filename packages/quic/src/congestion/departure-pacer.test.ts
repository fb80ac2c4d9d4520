import { expect, test } from "vitest";
import { DeparturePacer } from "./departure-pacer.ts";

const PACKET = 1000;
const IN_FLIGHT = 50_000;

/** The pace of a packet a millisecond, with ten milliseconds of credit; counts what was limited by ourselves. */
class FixedPace {
  pacingRate: number = PACKET;
  sendQuantum: number = PACKET;
  lateCreditMs = 10;
  usualMs = 0;
  limited = 0;

  handleLateness(usualMs: number): void {
    this.usualMs = usualMs;
  }

  handleLimited(): void {
    this.limited += 1;
  }
}

/** Sends what the pacer allows in one turn, at most this many packets. */
function turn(pacer: DeparturePacer, now: number, most = 1000): number {
  let sent = 0;
  while (sent < most && pacer.allows(IN_FLIGHT, now)) {
    pacer.handleSent(PACKET, now);
    sent += 1;
  }
  if (sent === most) pacer.handleIdle();
  return sent;
}

test("a host that comes on time sends at the pace", () => {
  const pacer = new DeparturePacer(new FixedPace());
  let sent = turn(pacer, 0);
  for (let now = 0; now < 1000; now = pacer.releaseAt) sent += turn(pacer, pacer.releaseAt);
  expect(sent).toBeGreaterThanOrEqual(1000);
  expect(sent).toBeLessThanOrEqual(1003);
});

test("a turn that is late sends what the turns before it should have", () => {
  const pace = new FixedPace();
  const pacer = new DeparturePacer(pace);
  turn(pacer, 0);
  let sent = 0;
  for (let now = 10; now <= 1000; now += 10) sent += turn(pacer, now);
  expect(sent).toBeGreaterThanOrEqual(990);
  expect(sent).toBeLessThanOrEqual(1001);
  expect(pace.limited).toBe(0);
});

test("no more is made up for than the credit, and what is lost is ours", () => {
  const pace = new FixedPace();
  const pacer = new DeparturePacer(pace);
  turn(pacer, 0);
  expect(turn(pacer, 100)).toBeLessThanOrEqual(12);
  expect(pace.limited).toBe(1);
});

test("a pause without anything to send earns no credit and is nobody's lateness", () => {
  const pace = new FixedPace();
  const pacer = new DeparturePacer(pace);
  turn(pacer, 0, 1);
  expect(turn(pacer, 500)).toBeLessThanOrEqual(2);
  expect(pace.limited).toBe(0);
});

test("a flow that writes little at a time is paced all the same", () => {
  const pacer = new DeparturePacer(new FixedPace());
  let sent = 0;
  for (let now = 0; now < 100; now += 0.1) sent += turn(pacer, now, 1);
  expect(sent).toBeLessThanOrEqual(103);
});

test("packets that are larger than the quantum pass too, one at a time", () => {
  const pace = new FixedPace();
  pace.sendQuantum = 100;
  pace.pacingRate = 10;
  const pacer = new DeparturePacer(pace);
  expect(turn(pacer, 0)).toBe(1);
  expect(turn(pacer, 50)).toBe(0);
  expect(pacer.releaseAt).toBe(100);
  expect(turn(pacer, 100)).toBe(1);
});

test("what is not paced passes", () => {
  const pace = new FixedPace();
  pace.pacingRate = Infinity;
  const pacer = new DeparturePacer(pace);
  expect(turn(pacer, 0, 500)).toBe(500);
  pace.pacingRate = PACKET;
  expect(turn(pacer, 1)).toBeLessThanOrEqual(2);
});

test("pauses that are the rule here are told, and forgotten when they end", () => {
  const pace = new FixedPace();
  const pacer = new DeparturePacer(pace);
  turn(pacer, 0);
  for (let now = 40; now <= 400; now += 40) turn(pacer, now);
  expect(pace.usualMs).toBeGreaterThan(25);
  expect(pace.usualMs).toBeLessThanOrEqual(40);
  for (let now = 401; now <= 6000; now += 1) turn(pacer, now);
  expect(pace.usualMs).toBeLessThan(12);
});
