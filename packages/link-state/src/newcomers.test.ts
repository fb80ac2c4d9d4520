import { expect, it } from "vitest";
import { NeighbourSync } from "./neighbour-sync.ts";
import { NEWCOMER_WAIT_MS, Newcomers, NEWCOMERS_AT_ONCE, NEWCOMERS_REST_MS } from "./newcomers.ts";

function come(newcomers: Newcomers, count: number, now: number): NeighbourSync[] {
  const all = Array.from({ length: count }, (_, number) => new NeighbourSync(`${now}/${number}`));
  for (const neighbour of all) newcomers.add(neighbour, now);
  return all;
}

it("lets a few in a row wait for nothing, and others until no more come", () => {
  const newcomers = new Newcomers();
  const few = come(newcomers, NEWCOMERS_AT_ONCE, 0);
  expect(few.some((neighbour) => newcomers.has(neighbour))).toBe(false);
  expect(newcomers.nextTimeout()).toBe(Infinity);
  const more = [...come(newcomers, 10, 50), ...come(newcomers, 10, 120)];
  expect(more.every((neighbour) => newcomers.has(neighbour))).toBe(true);
  expect(newcomers.takeDue(120 + NEWCOMERS_REST_MS - 1)).toEqual([]);
  const at = newcomers.nextTimeout();
  expect(at).toBe(120 + NEWCOMERS_REST_MS);
  expect(newcomers.takeDue(at)).toEqual(more);
  expect(newcomers.nextTimeout()).toBe(Infinity);
});

it("lets none wait for longer than a second while they keep coming", () => {
  const newcomers = new Newcomers();
  come(newcomers, NEWCOMERS_AT_ONCE, 0);
  const waitedMs: number[] = [];
  const since = new Map<NeighbourSync, number>();
  for (let now = 10; now < 5000; now += 10) {
    for (const neighbour of come(newcomers, 1, now)) since.set(neighbour, now);
    for (const neighbour of newcomers.takeDue(now)) waitedMs.push(now - since.get(neighbour)!);
  }
  expect(new Set(waitedMs)).toEqual(new Set([NEWCOMER_WAIT_MS]));
});

it("starts counting again after a rest", () => {
  const newcomers = new Newcomers();
  come(newcomers, NEWCOMERS_AT_ONCE, 0);
  const later = come(newcomers, NEWCOMERS_AT_ONCE, NEWCOMERS_REST_MS);
  expect(later.some((neighbour) => newcomers.has(neighbour))).toBe(false);
});
