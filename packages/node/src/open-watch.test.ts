import { expect, it } from "vitest";
import { OpenWatch } from "./open-watch.ts";

const WORDS = "replaced: it was alive, but 2 opens got no answer for 40 s";

it("finds a session of no use when opens, some time apart, get no answer while packets come", () => {
  const watch = new OpenWatch();
  expect(watch.unanswered(0, 19_000, 20_000)).toBeUndefined();
  expect(watch.unanswered(20_000, 39_000, 40_000)).toBe(WORDS);
});

it("lets a session be when any open was answered between, with a refusal too", () => {
  const watch = new OpenWatch();
  watch.unanswered(0, 19_000, 20_000);
  watch.answered();
  expect(watch.unanswered(20_000, 39_000, 40_000)).toBeUndefined();
});

it("blames one outage once, however many opens met it", () => {
  const watch = new OpenWatch();
  for (let asked = 0; asked < 9000; asked += 100)
    expect(watch.unanswered(asked, asked + 20_000, asked + 20_000)).toBeUndefined();
});

it("leaves a path that carries nothing to those who watch paths", () => {
  const watch = new OpenWatch();
  for (let asked = 0; asked < 60_000; asked += 1000)
    expect(watch.unanswered(asked, asked + 5000, asked + 20_000)).toBeUndefined();
});

it("does not hold against it that a candidate had little time", () => {
  const watch = new OpenWatch();
  for (let asked = 0; asked < 60_000; asked += 1000)
    expect(watch.unanswered(asked, asked + 5000, asked + 5000)).toBeUndefined();
});
