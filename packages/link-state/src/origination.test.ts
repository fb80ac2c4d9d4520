/** What a node says of an adjacency that comes and goes. */
import type { AdvertisedAdjacency } from "@flor/wire";
import { decodeAdvertisement } from "@flor/wire";
import { beforeEach, expect, it } from "vitest";
import { keyOf, ownOrigination } from "./layer.testing.ts";
import type { Origination } from "./origination.ts";

const FLAP_MS = 1000;
const MINUTE_MS = 60_000;
const TICK_MS = 10;

let origination: Origination;
/** Whether each advertisement says that the adjacency is up, and when it was said. */
let said: { readonly up: boolean; readonly at: number }[];

beforeEach(() => {
  said = [];
  origination = ownOrigination();
});

function set(up: boolean): void {
  const other = { mtu: 1500, segmentMtu: 1500, cost: 1 };
  const flapping: AdvertisedAdjacency = { ...other, neighbour: keyOf(1), label: 17, up };
  origination.set([flapping, { ...other, neighbour: keyOf(2), label: 18, up: true }]);
}

function run(from: number, to: number): void {
  for (let now = from; now < to; now += TICK_MS) {
    const advertisement = origination.handleTimeout(now)?.advertisement;
    if (!advertisement) continue;
    const { adjacencies } = decodeAdvertisement(advertisement)!;
    said.push({ up: adjacencies?.find(({ label }) => label === 17)?.up === true, at: now });
  }
}

/** It goes at the beginning of each second, and comes in its middle. */
function flap(from: number, to: number): void {
  for (let now = from; now < to; now += FLAP_MS) {
    set(false);
    run(now, now + FLAP_MS / 2);
    set(true);
    run(now + FLAP_MS / 2, now + FLAP_MS);
  }
}

it("twenty times a minute at most, if it comes and goes each second", () => {
  set(true);
  run(0, 5000);
  said = [];
  flap(5000, 5000 + MINUTE_MS);
  expect(said.length).toBeLessThanOrEqual(20);
  // Nothing twice: what came and went in between is no news.
  expect(said.every(({ up }, index) => up !== said[index - 1]?.up)).toBe(true);
});

it("that it is back for good within ten seconds, and that it goes at once", () => {
  set(true);
  run(0, 5000);
  flap(5000, 25_000);
  run(25_000, 35_000);
  expect(said.at(-1)?.up).toBe(true);
  set(false);
  run(60_000, 60_100);
  expect(said.at(-1)).toEqual({ up: false, at: 60_000 });
});
