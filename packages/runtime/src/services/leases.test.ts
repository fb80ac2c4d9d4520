import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Leases } from "./leases.ts";

let lapsed: string[];
let leases: Leases;

beforeEach(() => {
  vi.useFakeTimers();
  lapsed = [];
  leases = new Leases((name) => lapsed.push(name));
});

afterEach(() => {
  leases.close();
  vi.useRealTimers();
});

it("what is said again stays, and what is not lapses once", () => {
  leases.renew("db.team", 15_000);
  leases.renew("web.team", 15_000);
  vi.advanceTimersByTime(10_000);
  leases.renew("db.team", 15_000);
  vi.advanceTimersByTime(10_000);
  expect(lapsed).toEqual(["web.team"]);
  vi.advanceTimersByTime(60_000);
  expect(lapsed).toEqual(["web.team", "db.team"]);
  expect(vi.getTimerCount()).toBe(0);
});

it("what is taken back lapses no more, and nothing keeps the time then", () => {
  leases.renew("db.team", 15_000);
  leases.end("db.team");
  expect(vi.getTimerCount()).toBe(0);
  vi.advanceTimersByTime(60_000);
  expect(lapsed).toEqual([]);
});
