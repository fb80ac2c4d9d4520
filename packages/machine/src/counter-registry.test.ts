import { expect, it } from "vitest";
import { CounterRegistry } from "./counter-registry.ts";
import { DropCounters } from "./drops.ts";

it("shows the counters of every room as they are now, under the room's name", () => {
  const registry = new CounterRegistry();
  const own = new DropCounters(["too-big"] as const);
  const session = new DropCounters(["too-big", "bad-mac"] as const);
  registry.register("", own);
  registry.register("session.", session);
  session.add("bad-mac", 3);
  expect(registry.counts).toEqual({ "too-big": 0, "session.too-big": 0, "session.bad-mac": 3 });
  own.add("too-big");
  expect(registry.counts["too-big"]).toBe(1);
});

it("takes no name twice, and none that is spelled another way", () => {
  const registry = new CounterRegistry();
  registry.register("session.", new DropCounters(["bad-mac"] as const));
  expect(() => registry.register("session.", new DropCounters(["bad-mac"] as const))).toThrow("registered already");
  for (const name of ["bad_mac", "badMac", "Bad", "a.b.c", ""])
    expect(() => registry.register("control.", new DropCounters([name]))).toThrow("lower case");
});
