import { expect, it } from "vitest";
import { Approach } from "./approach.ts";

/** Asks as often as it is due until `end`; each time the peer tells and nothing comes through. */
function askInVain(approach: Approach, from: number, end: number): number[] {
  const asked: number[] = [];
  for (let now = from; now < end; now += 100) {
    if (!approach.isDue(now)) continue;
    asked.push(now);
    approach.handleAsked(now);
    approach.handleRound(now);
  }
  return asked;
}

it("asks at once, then at growing intervals up to a minute", () => {
  const gaps = askInVain(new Approach(), 0, 400_000).map((at, index, all) => at - (all[index - 1] ?? 0));
  expect(gaps).toEqual([0, 1000, 2000, 5000, 10_000, 20_000, 40_000, 60_000, 60_000, 60_000, 60_000, 60_000]);
});

it("asks at once when something changed, but not twice a second", () => {
  const approach = new Approach();
  askInVain(approach, 0, 200_000);
  approach.handleChanged(200_000);
  expect(approach.isDue(200_000)).toBe(true);
  approach.handleAsked(200_000);
  approach.handleRound(200_100);
  approach.handleChanged(200_200);
  expect(approach.isDue(200_900)).toBe(false);
  expect(approach.isDue(201_000)).toBe(true);
});

it("tells what changed while it asked, as soon as it may, unless the peer asked meanwhile", () => {
  const approach = new Approach();
  approach.handleAsked(0);
  approach.handleChanged(50);
  approach.handleAnswer(100);
  expect([approach.isDue(999), approach.isDue(1000)]).toEqual([false, true]);
  approach.handleAsked(1000);
  approach.handleChanged(1050);
  approach.handleRound(1100);
  expect([approach.isDue(2099), approach.isDue(2100)]).toEqual([false, true]);
});

it("rests while the peer is reached straight, and asks at once when it is not any more", () => {
  const approach = new Approach();
  askInVain(approach, 0, 100);
  approach.handleDirect(true, 500);
  expect([approach.state, approach.nextTimeout(), approach.isDue(1e6)]).toEqual(["direct", undefined, false]);
  approach.handleDirect(false, 2e6);
  expect([approach.state, approach.isDue(2e6)]).toEqual(["trying", true]);
});

it("goes on when the peer does not answer", () => {
  const approach = new Approach();
  approach.handleAsked(0);
  expect(approach.isDue(9000)).toBe(false);
  expect(approach.isDue(10_000)).toBe(false);
  expect(approach.state).toBe("refused");
  expect(approach.isDue(11_000)).toBe(true);
});
