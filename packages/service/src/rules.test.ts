import fc from "fast-check";
import { expect, test } from "vitest";
import { AffinityCache } from "./affinity-cache.ts";
import { hashOctets } from "./flow-key.ts";
import { HEALTH_TIMES, HealthState } from "./health-state.ts";
import { levelLoads } from "./level-loads.ts";
import { recordError, type ServiceRecord } from "./record.ts";
import { nameInNetworkError, networkNameError, parseServiceName } from "./service-name.ts";
import { tableSizeFor } from "./table-size.ts";

test.each([
  ["db.team", { service: "db", network: "team" }],
  ["DB.Prod.Team", { service: "db.prod", network: "team" }],
])("%s is read", (text, name) => {
  expect(parseServiceName(text)).toEqual(name);
});

test.each([
  ["db", "names no network"],
  [".team", "names no network"],
  ["db..team", "empty label"],
  ["db.", "empty label"],
  ["-db.team", "is no label"],
  ["d_b.team", "is no label"],
  ["bücher.team", "is not ASCII"],
  [`${"a".repeat(64)}.team`, "is no label"],
  [`${"a.".repeat(130)}team`, "longer than 253"],
  ["127.0.0.1", "looks like an address"],
])("%s is refused", (text, says) => {
  expect(parseServiceName(text)).toEqual({ error: expect.stringContaining(says) });
});

test("a network is not named as a domain that programs know", () => {
  for (const name of ["local", "onion", "com", "internal", "Test"])
    expect(networkNameError(name)).toContain("top-level");
  expect(networkNameError("a.b")).toContain("dot");
  expect(networkNameError("1")).toContain("digits alone");
  expect(networkNameError("1a")).toBe(undefined);
  expect(networkNameError("team")).toBe(undefined);
});

test("a name that carries its network already would carry it twice", () => {
  expect(nameInNetworkError("db.team", "team")).toContain("write db");
  expect(nameInNetworkError("db", "team")).toBe(undefined);
  expect(nameInNetworkError("team", "team")).toBe(undefined);
  expect(nameInNetworkError("db.steam", "team")).toBe(undefined);
});

const whole: ServiceRecord = {
  ...({ service: "db", network: "team", protocol: "tcp", port: 5432, publisher: "a", serial: 1 } as const),
  ...({ weight: 100, state: "up", zone: "", priority: 0, tags: [], tableSize: 0, affinity: "flow" } as const),
  boundedLoad: 0,
  wantsUser: false,
  wantsClient: false,
  isFallback: false,
};

test.each([
  [{ weight: 1001 }, "weight 1001"],
  [{ weight: 0.5 }, "weight 0.5"],
  [{ port: 0 }, "port 0"],
  [{ priority: 16 }, "priority 16"],
  [{ serial: -1 }, "serial -1"],
  [{ zone: "e t" }, "zone e t"],
  [{ tags: Array<string>(9).fill("x") }, "9 tags"],
  [{ tags: ["x".repeat(33)] }, "tag xxx"],
  [{ service: "d b" }, "is no label"],
])("a record with %j is refused", (wrong, says) => {
  expect(recordError({ ...whole, ...wrong })).toContain(says);
  expect(recordError(whole)).toBe(undefined);
});

test("MurmurHash3_x86_32 gives its published values", () => {
  const octets = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
  expect(hashOctets(octets(""), 0)).toBe(0);
  expect(hashOctets(octets(""), 1)).toBe(0x514e28b7);
  expect(hashOctets(octets("test"), 0)).toBe(0xba6bd213);
  expect(hashOctets(octets("Hello, world!"), 0)).toBe(0xc0363e43);
  expect(hashOctets(octets("The quick brown fox jumps over the lazy dog"), 0x9747b28c)).toBe(0x2fa826cd);
});

test("a target is down until it answered twice, and down again after three failures", () => {
  const health = new HealthState(HEALTH_TIMES, 0);
  expect(health.isUp).toBe(false);
  expect([health.handleResult(undefined, 1), health.handleResult(undefined, 2)]).toEqual([false, true]);
  const results = [3, 4].map((now) => health.handleResult("refused", now));
  expect([...results, health.handleResult(undefined, 5), health.isUp]).toEqual([false, false, false, true]);
  for (const now of [6, 7]) health.handleResult("refused", now);
  expect(health.handleResult("refused", 8)).toBe(true);
  expect([health.isUp, health.since, health.lastError]).toEqual([false, 8, "refused"]);
});

test("a target that flaps is held down for half a minute", () => {
  const health = new HealthState({ intervalMs: 1000, rise: 1, fall: 1 }, 0);
  let changes = 0;
  for (let second = 1; second <= 60; second += 1)
    if (health.handleResult(second % 2 === 0 ? "refused" : undefined, second * 1000)) changes += 1;
  expect(changes).toBeLessThanOrEqual(12);
  expect(health.isHeldDown(7000)).toBe(true);
});

test("all loads together are the whole, whatever lives", () => {
  const weights = fc.array(fc.tuple(fc.integer({ min: 0, max: 500 }), fc.integer({ min: 0, max: 500 })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(weights, (levels) => {
      const loads = levelLoads(
        levels.map(([live]) => live),
        levels.map(([live, dead]) => live + dead),
      );
      const sum = loads.reduce((all, load) => all + load, 0);
      expect(sum).toBe(levels.some(([live]) => live > 0) ? 1000 : 0);
      expect(loads.filter((load, index) => load > 0 && levels[index]![0] === 0)).toEqual([]);
    }),
  );
});

test("the client that was away longest makes room", () => {
  const cache = new AffinityCache(2);
  for (const [hash, backend] of [
    [1, "a"],
    [2, "b"],
  ] as const)
    cache.set(hash, backend, 0);
  const first = cache.get(1, 1);
  cache.set(1, first!, 1);
  cache.set(3, "c", 2);
  expect([cache.get(1, 3), cache.get(2, 3), cache.get(3, 3), cache.size]).toEqual(["a", undefined, "c", 2]);
});

test("the table is as large as the smallest weight needs", () => {
  expect(tableSizeFor([100, 100], 0).size).toBe(1021);
  expect(tableSizeFor(Array<number>(5).fill(100), 0).size).toBe(4093);
  expect(tableSizeFor([1, 400], 0).size).toBe(65_537);
  expect(tableSizeFor(Array<number>(1000).fill(100), 0).size).toBe(131_071);
  expect(tableSizeFor([100], 251)).toEqual({ size: 251, error: undefined });
});
